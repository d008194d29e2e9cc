import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'
import { startLyingRegistry } from './lying-registry.ts'

const deadlineMs = 120_000
const credentials = { username: 'skipper', password: 'two half hitches' }

/** Where registries may listen: an engine that speaks plain HTTP only where it is told to names its places. */
export interface RegistriesOnEngineOptions extends EngineUnderTestOptions {
  readonly addresses?: string
}

/** What registries do that no registry does on demand; the engine reaches them on this machine's loopback. */
export async function registriesOnEngine({ addresses = '', ...options }: RegistriesOnEngineOptions): Promise<void> {
  const [port = 0, otherPort = 0] = addresses.split(',').map((address) => Number(address.split(':')[1] ?? 0))
  await describeOnEngine(options, ({ open }) => {
    let runtime: Runtime
    let folder: string
    const before = process.env['DOCKER_CONFIG']
    beforeAll(async () => {
      runtime = await open()
      folder = await mkdtemp(`${tmpdir()}/moorage-registries-`)
      // Where the runtime looks for credentials.
      process.env['DOCKER_CONFIG'] = folder
    })
    afterAll(async () => {
      if (before === undefined) delete process.env['DOCKER_CONFIG']
      else process.env['DOCKER_CONFIG'] = before
      await runtime.close()
      await rm(folder, { recursive: true })
    })
    const codeOf = async (pull: Promise<unknown>): Promise<unknown> =>
      pull.then(
        () => 'resolved',
        (error: unknown) => Object(error).code,
      )

    it.each([
      ['good', 'resolved'],
      ['forbidden', 'UNAUTHORIZED'],
      ['missing', 'IMAGE_NOT_FOUND'],
      ['limited', 'RATE_LIMITED'],
      ['broken', 'REGISTRY_UNAVAILABLE'],
      ['tampered', 'ENGINE_ERROR'],
    ])('a pull of what is %s: %s', { timeout: deadlineMs }, async (repository, expected) => {
      await using registry = await startLyingRegistry({ port })
      const reference = `${registry.address}/${repository}:1`
      expect(await codeOf(runtime.pullImage(reference))).toBe(expected)
      await runtime.removeImage(reference)
    })

    it('a pull from where nobody listens: REGISTRY_UNAVAILABLE', { timeout: deadlineMs }, async () => {
      const { address } = await startLyingRegistry({ port }).then(async (registry) => {
        await registry[Symbol.asyncDispose]()
        return registry
      })
      expect(await codeOf(runtime.pullImage(`${address}/good:1`))).toBe('REGISTRY_UNAVAILABLE')
    })

    it('50 pulls at once are one at the engine and at the registry', { timeout: deadlineMs }, async () => {
      await using registry = await startLyingRegistry({ port })
      const reference = `${registry.address}/good:1`
      const asked: unknown[] = []
      const listen = (message: unknown): void => {
        if (String(Object(message).path).endsWith('/images/create')) asked.push(message)
      }
      subscribe('moorage:engine-call', listen)
      const pulled = await Promise.all(Array.from({ length: 50 }, () => runtime.pullImage(reference)))
      unsubscribe('moorage:engine-call', listen)
      expect(new Set(pulled.map((image) => image.id)).size).toBe(1)
      expect(asked).toHaveLength(1)
      // An engine may look first whether there is such an image.
      const manifests = registry.requests.filter(({ path }) => path.includes('/manifests/'))
      expect(manifests.length).toBeLessThanOrEqual(2)
      await runtime.removeImage(reference)
    })

    it('credentials of the configuration reach their registry, and no other', { timeout: deadlineMs }, async () => {
      await using theirs = await startLyingRegistry({ port, credentials })
      await using another = await startLyingRegistry({ port: otherPort, credentials })
      const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
      await writeFile(`${folder}/config.json`, JSON.stringify({ auths: { [theirs.address]: { auth } } }))
      const reference = `${theirs.address}/good:1`
      expect(await codeOf(runtime.pullImage(reference))).toBe('resolved')
      expect(await codeOf(runtime.pullImage(`${another.address}/good:1`))).toBe('UNAUTHORIZED')
      expect(theirs.requests.some(({ authorization }) => authorization === `Basic ${auth}`)).toBe(true)
      expect(another.requests.length).toBeGreaterThan(0)
      // Podman says to whoever asks that it has no name and no password.
      const nobody = [undefined, `Basic ${Buffer.from(':').toString('base64')}`]
      expect(another.requests.filter(({ authorization }) => !nobody.includes(authorization))).toEqual([])
      await runtime.removeImage(reference)
    })
  })
}
