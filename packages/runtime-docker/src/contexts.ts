import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { variable, type Candidate } from '@moorage/engine-api'
import { printableAddress } from '@moorage/runtime-core'
import { readTls } from './tls.ts'

/** The context that means "no context": the usual sockets. */
const defaultContext = 'default'

/** The name of the context that Docker's own client would use; `undefined` is the default one. */
export async function currentContext(
  configFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly name: string; readonly source: string } | undefined> {
  const named = variable(environment, 'DOCKER_CONTEXT')
  if (named !== undefined) return named === defaultContext ? undefined : { name: named, source: 'DOCKER_CONTEXT' }
  const config = await readJson(`${configFolder}/config.json`)
  const current = config?.['currentContext']
  if (typeof current !== 'string' || current === '' || current === defaultContext) return undefined
  return { name: current, source: `${configFolder}/config.json` }
}

/**
 * The endpoint of a context, from Docker's context store (`contexts/meta/<sha256 of the name>/meta.json`), with its TLS
 * material; or why it has none.
 */
export async function contextCandidate(
  configFolder: string,
  { name, source }: { readonly name: string; readonly source: string },
): Promise<Candidate | { readonly missing: string }> {
  const folder = createHash('sha256').update(name).digest('hex')
  const file = `${configFolder}/contexts/meta/${folder}/meta.json`
  const meta = await readJson(file)
  if (meta === undefined)
    return {
      missing: `the context \`${printableAddress(name)}\` (${source}) is not in the context store: ${file} cannot be read`,
    }
  const endpoints = meta['Endpoints']
  const docker = isRecord(endpoints) ? endpoints['docker'] : undefined
  const host = isRecord(docker) ? docker['Host'] : undefined
  if (typeof host !== 'string' || host === '')
    return { missing: `the context \`${name}\` (${source}) names no Docker host` }
  const verify = !(isRecord(docker) && docker['SkipTLSVerify'] === true)
  const tls = await readTls(`${configFolder}/contexts/tls/${folder}/docker`, verify)
  return { host, source: `context ${name} (${source})`, ...(tls && { tls }) }
}

async function readJson(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isRecord(value) ? value : undefined
  } catch {
    // Not there, or not what Docker writes: the same as no configuration.
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
