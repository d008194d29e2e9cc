import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import { collectBytes, collectOutput, type Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const rounds = 12
const deadlineMs = 120_000
const text = 'all of it '.repeat(100)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Sources of real child processes: Node drops what such a process has written unless it is read at once. */
export async function sourcesOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, ({ open, image }) => {
    let runtime: Runtime
    let folder: string
    let id: string
    const tag = `moorage-sources-${process.pid}-${options.name}:1`
    beforeAll(async () => {
      runtime = await open()
      folder = await mkdtemp(`${tmpdir()}/moorage-sources-`)
      await writeFile(`${folder}/note`, text)
      await writeFile(`${folder}/Dockerfile`, `FROM ${image}\nCOPY note /note\n`)
      const created = await runtime.runContainer({ image, command: ['sleep', '10000'], stopTimeoutMs: 0 })
      id = created.id
      await runtime.tagImage(image, tag)
      await writeFile(`${folder}.tar`, await collectBytes(runtime.saveImages([tag])))
    })
    afterAll(async () => {
      await runtime.removeContainer(id, { force: true, missing: 'ignore' })
      await runtime.removeImage(tag)
      await runtime.removeImage(`${tag}-built`)
      await runtime.close()
      await rm(folder, { recursive: true })
      await rm(`${folder}.tar`)
    })

    const output = (command: string, ...args: readonly string[]): Readable =>
      spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout
    const note = (): Readable => output('cat', `${folder}/note`)
    const archive = (): Readable => output('tar', '-C', folder, '-cf', '-', 'note', 'Dockerfile')
    const cat = { command: ['cat'] }

    it.each<[string, (round: number) => Promise<unknown>, unknown]>([
      ['execContainer', async () => (await runtime.execContainer(id, cat, { stdin: note() })).stdout, text],
      [
        'startExec',
        async () => {
          const started = await runtime.startExec(id, cat, { stdin: note() })
          return decode((await collectOutput(started.output)).stdout)
        },
        text,
      ],
      [
        'writeFile',
        async (round) => {
          await runtime.writeFile(id, `/tmp/file-${round}`, note())
          return decode(await runtime.readFile(id, `/tmp/file-${round}`))
        },
        text,
      ],
      [
        'copyToContainer',
        async (round) => {
          await runtime.execContainer(id, { command: ['mkdir', `/tmp/folder-${round}`] })
          await runtime.copyToContainer(id, `/tmp/folder-${round}`, archive())
          return decode(await runtime.readFile(id, `/tmp/folder-${round}/note`))
        },
        text,
      ],
      [
        'buildImage',
        async () => (await runtime.buildImage({ context: { tar: archive() }, tags: [`${tag}-built`] })).tags,
        [`${tag}-built`],
      ],
      ['loadImages', async () => runtime.loadImages(output('cat', `${folder}.tar`)), [tag]],
    ])(
      `%s reads the output of a child process, ${rounds} of ${rounds} times`,
      { timeout: deadlineMs },
      async (...row) => {
        const [, call, expected] = row
        const seen: unknown[] = []
        for (let round = 0; round < rounds; round += 1) seen.push(await call(round))
        expect(seen).toEqual(Array.from({ length: rounds }, () => expected))
      },
    )

    it('a file that cannot be opened is one rejection of every call', { timeout: deadlineMs }, async () => {
      const missing = (): Readable => createReadStream(`${folder}/missing`)
      const cause = { code: 'ENOENT' }
      await expect(runtime.writeFile(id, '/tmp/x', missing())).rejects.toMatchObject(cause)
      await expect(runtime.copyToContainer(id, '/tmp', missing())).rejects.toMatchObject(cause)
      await expect(runtime.loadImages(missing())).rejects.toMatchObject(cause)
      await expect(runtime.execContainer(id, cat, { stdin: missing() })).rejects.toMatchObject({
        code: 'STDIN_FAILED',
        cause,
      })
    })
  })
}
