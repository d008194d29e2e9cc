import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { invalidArgument, type BuildSpec } from '@moorage/runtime-core'

/** The values of a build's secrets, read before it begins: what is missing is told by its name and not by the engine. */
export async function readSecrets(
  operation: string,
  { secrets = {} }: BuildSpec,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>()
  for (const [id, secret] of Object.entries(secrets)) {
    if ('value' in secret) values.set(id, Buffer.from(secret.value as Uint8Array))
    else if ('file' in secret) {
      const content = await contentOf(secret.file).catch(() => undefined)
      if (content === undefined) throw invalidArgument(operation, `spec.secrets.${id}.file`, 'a file that can be read')
      values.set(id, content)
    } else {
      const value = process.env[secret.env]
      if (value === undefined) throw invalidArgument(operation, `spec.secrets.${id}.env`, 'a variable that is set')
      values.set(id, Buffer.from(value))
    }
  }
  return values
}

/** Links are followed, since secrets are often mounted as such; a pipe or a device, which might never end, is no file. */
async function contentOf(path: string): Promise<Uint8Array | undefined> {
  const { O_RDONLY, O_NONBLOCK = 0 } = constants
  await using handle = await open(path, O_RDONLY | O_NONBLOCK)
  return (await handle.stat()).isFile() ? await handle.readFile() : undefined
}
