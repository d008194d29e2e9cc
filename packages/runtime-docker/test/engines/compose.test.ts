import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { createDockerRuntime, type DockerRuntimeOptions } from '@moorage/runtime-docker'
import { expect, it } from 'vitest'
import { composeOnEngine } from '../../../../tooling/test/compose-on-engine.ts'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'
import { join } from '../../../../tooling/test/join.ts'
import { MUTUAL, serveTls } from '../../../../tooling/test/tls-server.ts'

const docker = { name: 'docker', open: createDockerRuntime } as const
const {
  MOORAGE_TEST_COMPOSE_FOLDER: tools,
  MOORAGE_TEST_SSH: sshHost,
  MOORAGE_TEST_SSH_FOLDER: sshFolder = '',
} = process.env

await composeOnEngine(docker)

await describeOnEngine(docker, ({ open, image }) => {
  /** A project that comes up through this runtime is seen by the other one, and goes with it. */
  async function isSeen(options: DockerRuntimeOptions): Promise<void> {
    const before = { ...process.env }
    const folder = await mkdtemp(`${tmpdir()}/moorage-compose-`)
    try {
      if (tools !== undefined) Object.assign(process.env, { PATH: `${tools}:${before['PATH']}`, DOCKER_CONFIG: tools })
      await using runtime = await createDockerRuntime(options)
      await using other = await open()
      // What the environment says of an engine is not asked.
      Object.assign(process.env, { DOCKER_HOST: 'unix:///nowhere', DOCKER_CONTEXT: 'nowhere' })
      const projectName = `moorage${Math.random().toString(36).slice(2, 10)}`
      const service = { image, command: 'sleep 1000', stop_grace_period: '0s' }
      await writeFile(`${folder}/compose.yaml`, JSON.stringify({ services: { web: service } }))
      const project = { projectName, workingDirectory: folder }
      const [web] = await runtime.composeUp(project, { wait: true })
      expect((await other.inspectContainer(web?.containerId ?? '')).status).toBe('running')
      expect((await other.composePs({ projectName })).map(({ containerId }) => containerId)).toEqual([web?.containerId])
      await runtime.composeDown(project)
      expect(await other.composePs({ projectName })).toEqual([])
    } finally {
      for (const name of ['PATH', 'DOCKER_CONFIG', 'DOCKER_HOST', 'DOCKER_CONTEXT']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
      await rm(folder, { recursive: true })
    }
  }
  const endpoint = async (): Promise<string> => {
    await using runtime = await open()
    return (await runtime.info()).endpoint ?? ''
  }

  it('compose speaks to the engine of the runtime, whatever the environment says', async () => {
    await isSeen({ host: await endpoint() })
  })

  it('compose speaks to the same engine through TLS', async () => {
    const path = (await endpoint()).slice('unix://'.length)
    await using server = await serveTls((socket) => join(socket, connect({ path, allowHalfOpen: true })))
    await isSeen({ host: `tcp://127.0.0.1:${server.port}`, tls: MUTUAL })
  })

  it.runIf(sshHost !== undefined)('compose speaks to the same engine over ssh', async () => {
    const ssh = { identityFiles: [`${sshFolder}/id_ed25519`], knownHostsFiles: [`${sshFolder}/known_hosts`] }
    await isSeen({ host: sshHost ?? '', ssh })
  })
})
