import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import type { BuildEvent, BuildSpec } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { buildDeadlineMs, useBuilder } from './builder.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'
import { startLyingRegistry } from './lying-registry.ts'

export interface BuildSessionsOnEngineOptions extends EngineUnderTestOptions {
  /** Two addresses of plain registries that the engine accepts. */
  readonly addresses: string | undefined
  /** An abort ends the process of a step. */
  readonly stopsSteps: boolean
  /** Lines and arguments of which the builder warns, in its own words. */
  readonly warning: { readonly line: string; readonly words: string }
}

const fileCount = 100
const fileBytes = 40_000

/** What goes over the connections of builds, and what is left of them. */
export async function buildSessionsOnEngine(options: BuildSessionsOnEngineOptions): Promise<void> {
  const { addresses = '', stopsSteps, warning, ...engineOptions } = options
  await describeOnEngine(engineOptions, (engine) => {
    const { runtime, folder, from, build } = useBuilder(engine)

    it(
      'sends of a folder that was built before only what has changed',
      { timeout: buildDeadlineMs },
      async (context) => {
        if (!runtime().capabilities.incrementalBuildContext) return context.skip('it takes whole archives')
        await using proxy = await startCountingProxy((await runtime().info()).endpoint ?? '')
        await using counted = await engine.open({ host: proxy.host })
        await mkdir(`${folder()}/cargo`)
        for (let index = 0; index < fileCount; index += 1)
          await writeFile(`${folder()}/cargo/${index}`, randomBytes(fileBytes))
        await writeFile(`${folder()}/Dockerfile`, from('RUN --mount=type=bind,target=/all test -e /all/cargo/7'))
        const sent = async (): Promise<number> => {
          const before = proxy.sentBytes()
          const { id } = await counted.buildImage({ context: { directory: folder() } })
          await runtime().removeImage(id, { force: true })
          return proxy.sentBytes() - before
        }
        expect(await sent()).toBeGreaterThan(fileCount * fileBytes)
        await writeFile(`${folder()}/cargo/7`, randomBytes(fileBytes))
        expect(await sent()).toBeLessThan(fileBytes * 2)
      },
    )

    it('takes from before what has not changed', { timeout: buildDeadlineMs }, async (context) => {
      // Podman (5.4) builds everything anew on an image that was imported.
      if (!runtime().capabilities.incrementalBuildContext) return context.skip('it takes nothing on such an image')
      const mark = `echo ${Math.random()}`
      const isCached = async (): Promise<boolean | undefined> => {
        const events: BuildEvent[] = []
        await build({ context: { files: { Dockerfile: from(`RUN ${mark}`) } } }, (event) => events.push(event))
        const begun = events.find((event) => event.type === 'step-started' && event.name.includes(mark))
        const ended = events.find(
          (event) => event.type === 'step-completed' && begun?.type === 'step-started' && event.step === begun.step,
        )
        return ended?.type === 'step-completed' ? ended.cached : undefined
      }
      expect(await isCached()).toBe(false)
      expect(await isCached()).toBe(true)
    })

    it('leaves no connection after what has failed and what was aborted', { timeout: buildDeadlineMs }, async () => {
      await using proxy = await startCountingProxy((await runtime().info()).endpoint ?? '')
      await using counted = await engine.open({ host: proxy.host })
      const failing = { context: { files: { Dockerfile: from('RUN exit 3') } } }
      const malformed = { context: { files: { Dockerfile: from('BOGUS') } } }
      const slow = { context: { files: { Dockerfile: from('RUN echo begun; sleep 3') } }, noCache: true }
      for (const spec of [failing, malformed])
        await expect(counted.buildImage(spec)).rejects.toMatchObject({ code: 'BUILD_FAILED' })
      const aborted = Array.from({ length: 4 }, async () => {
        const controller = new AbortController()
        const onEvent = ({ type }: BuildEvent): void => {
          if (type === 'log') controller.abort(new Error('enough'))
        }
        await expect(counted.buildImage(slow, { signal: controller.signal, onEvent })).rejects.toThrow('enough')
      })
      await Promise.all(aborted)
      // What has answered to its end may be kept for the next call, and nothing else.
      await expect.poll(proxy.connections, { timeout: buildDeadlineMs }).toBeLessThanOrEqual(3)
      await counted.close()
      await expect.poll(proxy.connections, { timeout: buildDeadlineMs }).toBe(0)
    })

    it.runIf(stopsSteps)('ends the process of a step with the build', { timeout: buildDeadlineMs }, async () => {
      const mark = `9${randomBytes(4).readUInt32BE()}`
      const controller = new AbortController()
      const building = runtime().buildImage(
        { context: { files: { Dockerfile: from(`RUN sleep ${mark}`) } } },
        { signal: controller.signal },
      )
      building.catch(() => undefined)
      await expect.poll(() => processes(`sleep ${mark}`), { timeout: buildDeadlineMs }).not.toEqual([])
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(building).rejects.toBe(reason)
      await expect.poll(() => processes(`sleep ${mark}`), { timeout: buildDeadlineMs }).toEqual([])
    })

    it('answers for its secrets as long as the build lasts', { timeout: buildDeadlineMs }, async () => {
      const Dockerfile = from('RUN sleep 8', 'RUN --mount=type=secret,id=late,required=true test -s /run/secrets/late')
      await build({ context: { files: { Dockerfile } }, secrets: { late: { value: 'x' } }, noCache: true })
    })

    it('warns, and tells how far transfers are', { timeout: buildDeadlineMs }, async () => {
      await writeFile(`${folder()}/cargo`, randomBytes(1_000_000))
      await writeFile(`${folder()}/Dockerfile`, from('COPY cargo /cargo', warning.line))
      const events: BuildEvent[] = []
      const spec: BuildSpec = { context: { directory: folder() }, buildArguments: { NOBODY: 'asks' } }
      await build(spec, (event) => events.push(event))
      const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.text] : []))
      expect(warnings.join('\n')).toContain(warning.words)
      const sizes = events.flatMap((event) => (event.type === 'transfer' ? [event.currentBytes] : []))
      expect(Math.max(...sizes)).toBeGreaterThanOrEqual(1_000_000)
    })

    it('gives a registry no credentials of another one', { timeout: buildDeadlineMs }, async () => {
      const [port = 0, otherPort = 0] = addresses.split(',').map((address) => Number(address.split(':')[1] ?? 0))
      const credentials = { username: 'skipper', password: 'two half hitches' }
      await using theirs = await startLyingRegistry({ port, credentials })
      await using another = await startLyingRegistry({ port: otherPort })
      const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
      const hub = Buffer.from('hub:of the hub').toString('base64')
      const auths = { [theirs.address]: { auth }, 'https://index.docker.io/v1/': { auth: hub } }
      await writeFile(`${folder()}/config.json`, JSON.stringify({ auths }))
      const before = process.env['DOCKER_CONFIG']
      process.env['DOCKER_CONFIG'] = folder()
      try {
        const text = [theirs, another].map(({ address }, index) => `FROM ${address}/good:1 AS s${index}`)
        const Dockerfile = [...text, 'COPY --from=s0 /hello /one', ''].join('\n')
        await build({ context: { files: { Dockerfile } }, pull: true, noCache: true })
        expect(theirs.requests.some(({ authorization }) => authorization === `Basic ${auth}`)).toBe(true)
        expect(another.requests.length).toBeGreaterThan(0)
        // Podman says to whoever asks that it has no name and no password.
        const nobody = [undefined, `Basic ${Buffer.from(':').toString('base64')}`]
        expect(another.requests.filter(({ authorization }) => !nobody.includes(authorization))).toEqual([])
      } finally {
        if (before === undefined) delete process.env['DOCKER_CONFIG']
        else process.env['DOCKER_CONFIG'] = before
        for (const { address } of [theirs, another]) await runtime().removeImage(`${address}/good:1`)
      }
    })
  })
}

/** Who runs this on this machine, where the engine is, too. */
async function processes(words: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    const command = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
    if (command.replaceAll('\0', ' ').includes(words)) found.push(command)
  }
  return found
}
