import { createServer } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { BuildEvent, BuildSpec, CapabilityName } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { build, dockerfile, logOf, newFolder, runLine, transferredBytes } from '../../world/builds.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

/** A field of a build, the gate that it stands behind, and a value that asks for something. */
const gated = [
  ['secrets', 'buildSecrets', { secrets: { token: { value: 'x' } } }],
  ['ssh', 'buildSsh', { ssh: { default: { agentSocket: '/no/such/agent' } } }],
  ['incremental', 'incrementalBuildContext', { incremental: true }],
] as const satisfies readonly (readonly [keyof BuildSpec, CapabilityName, Partial<BuildSpec>])[]

const refused = gated.map(([field, gate, change]): ContractCase => ({
  id: `builds/gates/the-field-${field}-is-refused-without-its-gate`,
  clauses: ['build.field-refused', 'errors.branded'],
  needs: ['build'],
  lacks: gate,
  async run(world) {
    const spec = { context: { files: { Dockerfile: dockerfile(world) } }, ...change }
    const error = await rejects('UNSUPPORTED', build(world, spec))
    equal(error.details, { capability: gate, field: `spec.${field}` })
    equal(await world.runtime.listImages({ labels: world.labels }), [])
  },
}))

/** Where a step with this mount sees an agent. */
async function agentIn(world: World, mount: string, spec: Partial<BuildSpec>): Promise<string | undefined> {
  const events: BuildEvent[] = []
  const line = runLine(world.programs.environment()).replace('RUN', `RUN ${mount}`)
  const files = { Dockerfile: dockerfile(world, line) }
  await build(world, { context: { files }, noCache: true, ...spec }, { onEvent: (event) => events.push(event) })
  return /^SSH_AUTH_SOCK=(.+)$/m.exec(logOf(events))?.[1]
}

export const trustCases: readonly ContractCase[] = [
  ...refused,
  {
    id: 'builds/secrets/are-seen-by-their-step-alone',
    clauses: ['build.secrets'],
    needs: ['build', 'buildSecrets'],
    async run(world) {
      const { programs, runtime } = world
      const secret = `secret-${randomBytes(8).toString('hex')}`
      const folder = await newFolder(world)
      await folder.write('token', secret)
      const mounting = (id: string, required: boolean, command = programs.exit(0)): string =>
        runLine(command).replace('RUN', `RUN --mount=type=secret,id=${id}${required ? ',required=true' : ''}`)
      const read = (id: string): string => mounting(id, true, programs.readFile(`/run/secrets/${id}`))
      const Dockerfile = dockerfile(world, read('value'), read('file'), 'LABEL done=yes')
      const secrets = { value: { value: secret }, file: { file: `${folder.path}/token` } }
      const events: BuildEvent[] = []
      const context = { files: { Dockerfile } }
      const { id } = await build(world, { context, secrets, noCache: true }, { onEvent: (event) => events.push(event) })
      equal(logOf(events).split(secret).length - 1, 2, 'how often it was read')
      const told = JSON.stringify([events.filter(({ type }) => type !== 'log'), await runtime.inspectImage(id)])
      ok(!told.includes(secret), 'it is told outside of what the steps wrote')
      const { exitCode } = await world.runToEnd(programs.readFile('/run/secrets/value'), { image: id })
      ok(exitCode !== 0, 'a container of the image has it')
      const missing = {
        context: { files: { Dockerfile: dockerfile(world, mounting('none', true)) } },
        secrets,
        noCache: true,
      }
      const error = await rejects('BUILD_FAILED', build(world, missing))
      ok(!JSON.stringify([error.message, error.details]).includes(secret), 'it is told by an error')
      await build(world, { ...missing, context: { files: { Dockerfile: dockerfile(world, mounting('none', false)) } } })
      const unreadable = { context, secrets: { file: { file: `${folder.path}/none` } } }
      equal((await rejects('INVALID_ARGUMENT', build(world, unreadable))).details.field, 'spec.secrets.file.file')
    },
  },
  {
    id: 'builds/ssh/is-there-for-the-step-that-mounts-it',
    clauses: ['build.ssh'],
    needs: ['build', 'buildSsh'],
    async run(world) {
      const folder = await newFolder(world)
      const agentSocket = `${folder.path}/agent`
      const server = createServer((socket) => socket.end())
      await new Promise<void>((resolve) => server.listen(agentSocket, resolve))
      world.onCleanup(() => new Promise((resolve) => server.close(resolve)))
      const spec = { ssh: { default: { agentSocket } } }
      ok((await agentIn(world, '--mount=type=ssh,required=true', spec)) !== undefined, 'the step has no agent')
      equal(await agentIn(world, '', spec), undefined, 'a step that mounts none')
      await rejects('BUILD_FAILED', agentIn(world, '--mount=type=ssh,id=other,required=true', spec))
      const nobody = { ssh: { default: { agentSocket: `${folder.path}/nobody` } } }
      const error = await rejects('INVALID_ARGUMENT', agentIn(world, '', nobody))
      equal(error.details.field, 'spec.ssh.default.agentSocket')
    },
  },
  {
    id: 'builds/incremental/sends-only-what-has-changed',
    clauses: ['build.incremental'],
    needs: ['build', 'incrementalBuildContext'],
    async run(world) {
      const folder = await newFolder(world)
      const size = 50_000
      const count = 20
      for (let index = 0; index < count; index += 1) await folder.write(`cargo/${index}`, randomBytes(size))
      await folder.write('Dockerfile', dockerfile(world, 'COPY cargo /cargo'))
      const sent = async (): Promise<number> => {
        const events: BuildEvent[] = []
        const spec = { context: { directory: folder.path }, incremental: true }
        await build(world, spec, { onEvent: (event) => events.push(event) })
        return transferredBytes(events)
      }
      const first = await sent()
      ok(first >= size * count, `${first} bytes the first time`)
      await folder.write('cargo/7', randomBytes(size))
      const second = await sent()
      ok(second >= size && second < size * 3, `${second} bytes after a change of ${size}`)
    },
  },
  {
    id: 'builds/registry/takes-the-credentials-of-its-host',
    clauses: ['build.credentials'],
    needs: ['build'],
    prerequisites: ['private-registry'],
    async run(world) {
      const { reference, credentials } = world.registries.private ?? { reference: '', credentials: undefined }
      if (credentials === undefined) return
      const host = reference.slice(0, reference.indexOf('/'))
      const spec = {
        context: { files: { Dockerfile: `FROM ${reference}\nLABEL built=yes\n` } },
        pull: true,
        noCache: true,
      }
      const { password } = credentials
      for (const wrong of [
        {},
        { 'registry.invalid': credentials },
        { [host]: { username: 'nobody', password: 'wrong' } },
      ]) {
        const error = await rejects('BUILD_FAILED', build(world, { ...spec, credentials: wrong }))
        ok(!error.message.includes(password), 'the password is told')
      }
      const { id } = await build(world, { ...spec, credentials: { [host]: credentials } })
      equal((await world.runtime.inspectImage(id)).labels['built'], 'yes')
    },
  },
]
