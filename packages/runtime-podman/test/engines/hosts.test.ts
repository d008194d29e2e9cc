import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createPodmanRuntime, type PodmanRuntimeOptions } from '@moorage/runtime-podman'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

const { MOORAGE_TEST_SSH: sshHost, MOORAGE_TEST_SSH_FOLDER: sshFolder = '' } = process.env
const knownHostsFiles = [`${sshFolder}/known_hosts`]
const identity = `${sshFolder}/id_ed25519`

await describeOnEngine({ name: 'podman', open: createPodmanRuntime }, ({ open, image }) => {
  let folder: string
  let engineId: string
  let host: string
  const names = ['CONTAINER_HOST', 'CONTAINER_CONNECTION', 'XDG_CONFIG_HOME']
  const before = { ...process.env }
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-podman-hosts-`)
    await using runtime = await open()
    const info = await runtime.info()
    engineId = info.engineId
    host = `${sshHost}${(info.endpoint ?? '').slice('unix://'.length)}`
  })
  afterEach(async () => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await rm(folder, { recursive: true })
  })

  async function idOf(options: PodmanRuntimeOptions = {}): Promise<string> {
    await using runtime = await createPodmanRuntime(options)
    return (await runtime.info()).engineId
  }

  describe.runIf(sshHost !== undefined)('ssh', () => {
    it('is the same engine by option and by environment', async () => {
      expect(await idOf({ host, ssh: { identityFiles: [identity], knownHostsFiles } })).toBe(engineId)
      process.env['CONTAINER_HOST'] = host
      expect(await idOf({ ssh: { identityFiles: [identity], knownHostsFiles } })).toBe(engineId)
    })

    it('logs in with the identity of a connection, where the host is known', async () => {
      await mkdir(`${folder}/containers`)
      const connections = { Connection: { Default: 'vm', Connections: { vm: { URI: host, Identity: identity } } } }
      await writeFile(`${folder}/containers/podman-connections.json`, JSON.stringify(connections))
      process.env['XDG_CONFIG_HOME'] = folder
      // The tests' host stands in no file of this machine: that it is asked for shows that the connection was taken.
      await expect(idOf()).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringMatching(/connection vm .*host key is not known/),
      })
    })

    it('carries an exec, whose input ends without the loss of output', async () => {
      await using runtime = await createPodmanRuntime({ host, ssh: { identityFiles: [identity], knownHostsFiles } })
      const { id } = await runtime.runContainer({ image, command: ['sleep', '1000'], stopTimeoutMs: 0 })
      const stdin = 'x'.repeat(1_000_000)
      expect((await runtime.execContainer(id, { command: ['cat'] }, { stdin })).stdout).toBe(stdin)
      await runtime.removeContainer(id, { force: true })
    })
  })
})
