import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError, type BuildSpec, type ContainerSpec, type Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { canary, leaksOf, publishedDuring } from './canaries.ts'
import { useComposeTools } from './compose-tools.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const deadlineMs = 120_000
const label = 'org.moorage.test.secrets'

interface Scene {
  readonly runtime: Runtime
  readonly image: string
  /** A container that runs. */
  readonly id: string
  readonly folder: string
}

type Failing = (scene: Scene) => Promise<unknown>

const build =
  (spec: Omit<BuildSpec, 'context'>, ...lines: readonly string[]): Failing =>
  ({ runtime, image, folder }) => {
    const Dockerfile = [`FROM ${image}`, ...lines, ''].join('\n')
    const context = { files: { Dockerfile } }
    const secrets = { ...spec.secrets, file: { file: `${folder}/secret` } }
    return runtime.buildImage({ ...spec, context, secrets, noCache: true })
  }

const create =
  (change: Partial<ContainerSpec>): Failing =>
  ({ runtime, image }) =>
    runtime.createContainer({ image, labels: { [label]: 'x' }, env: { TOKEN: canary('env') }, ...change })

const start =
  (change: Partial<ContainerSpec>): Failing =>
  async (scene) => {
    const { id } = (await create(change)(scene)) as { readonly id: string }
    return scene.runtime.startContainer(id)
  }

const argument = { buildArguments: { TOKEN: canary('argument') } }
const secret = { secrets: { token: { value: canary('secret') } } }
const mounted = '--mount=type=secret,id=token'
const env = { TOKEN: canary('exec') }
const password = { username: 'user', password: canary('password') }
const plain = 'canary-4f1c9e7d'

/** Calls that an engine fails, each with a secret that is a part of what is wrong or of what the engine writes about it. */
const failing: Readonly<Record<string, Failing>> = {
  'a step that prints a build argument': build(argument, 'ARG TOKEN', 'RUN echo "$TOKEN"; exit 3'),
  'a step that prints a secret': build(secret, `RUN ${mounted} cat /run/secrets/token; exit 3`),
  'a step that prints a secret of a file': build(
    secret,
    'RUN --mount=type=secret,id=file cat /run/secrets/file; exit 3',
  ),
  'a build argument in a path': build(argument, 'ARG TOKEN', 'COPY $TOKEN /'),
  'a build argument in a user': build(argument, 'ARG TOKEN', 'USER $TOKEN', 'RUN true'),
  'a build argument in a directory': build(argument, 'ARG TOKEN', 'WORKDIR $TOKEN', 'RUN exit 3'),
  'a build argument in a label that fails': build(argument, 'ARG TOKEN', 'ENV X=$TOKEN', 'RUN echo $X >&2; exit 3'),
  'a build argument that names no image': ({ runtime }) =>
    runtime.buildImage({
      context: { files: { Dockerfile: 'ARG BASE\nFROM $BASE\n' } },
      buildArguments: { BASE: canary('base') },
    }),
  'a build argument that names a missing image': ({ runtime }) =>
    runtime.buildImage({
      context: { files: { Dockerfile: 'ARG BASE\nFROM 127.0.0.1:1/$BASE\n' } },
      buildArguments: { BASE: plain },
    }),
  'the password of a build': ({ runtime }) =>
    runtime.buildImage({
      context: { files: { Dockerfile: 'FROM 127.0.0.1:1/web:1\n' } },
      credentials: { '127.0.0.1:1': password },
    }),
  'the password of a pull': ({ runtime }) => runtime.pullImage('127.0.0.1:1/web:1', { credentials: password }),
  'the identity token of a pull': ({ runtime }) =>
    runtime.pullImage('127.0.0.1:1/web:1', { credentials: { identityToken: canary('token') } }),
  'the password of a push': async ({ runtime, image }) => {
    await runtime.tagImage(image, '127.0.0.1:1/moorage-secrets:1')
    try {
      await runtime.pushImage('127.0.0.1:1/moorage-secrets:1', { credentials: password })
    } finally {
      await runtime.removeImage('127.0.0.1:1/moorage-secrets:1')
    }
  },
  'a password that a registry refuses': ({ runtime }) => {
    const registry = process.env['MOORAGE_TEST_AUTH_REGISTRY'] ?? '127.0.0.1:1'
    return runtime.pullImage(`${registry}/moorage-fixture:1`, { credentials: password })
  },
  'a container of an image that is missing': create({ image: 'moorage.invalid/none:1' }),
  'a container with a source that is missing': create({
    mounts: [{ type: 'bind', source: '/no/such/source', target: '/a' }],
  }),
  'a container with a log driver that is missing': create({
    logDriver: { name: 'none-of-them', options: { token: canary('log') } },
  }),
  'a container with an option that is none': start({
    logDriver: { name: 'json-file', options: { 'max-size': canary('log') } },
  }),
  'a container with a sysctl that is none': start({ sysctls: { 'no.such': '1' } }),
  'a container of a user that is missing': start({ user: 'no-such-user' }),
  'a program that is missing': start({ command: ['no-such-program', canary('command')] }),
  'a directory that is a file': start({ workingDirectory: '/etc/passwd' }),
  'a volume that cannot be mounted': async (scene) => {
    const { runtime } = scene
    const options = { type: 'nfs', device: ':/x', o: `addr=127.0.0.1,password=${canary('volume')}` }
    const { name } = await runtime.createVolume({ options, labels: { [label]: 'x' } })
    return start({ mounts: [{ type: 'volume', source: name, target: '/a' }] })(scene)
  },
  'a volume of a driver that is missing': ({ runtime }) =>
    runtime.createVolume({ driver: 'none-of-them', options: { token: canary('volume') }, labels: { [label]: 'x' } }),
  'a volume with an option that is none': ({ runtime }) =>
    runtime.createVolume({ options: { nonsense: canary('volume') }, labels: { [label]: 'x' } }),
  'an exec of a program that is missing': ({ runtime, id }) =>
    runtime.execContainer(id, { command: ['no-such-program', canary('command')], env }),
  'an exec of a user that is missing': ({ runtime, id }) =>
    runtime.execContainer(id, { command: ['env'], env, user: 'no-such-user' }),
  'an exec in a directory that is missing': ({ runtime, id }) =>
    runtime.execContainer(id, { command: ['env'], env, workingDirectory: '/no/such' }),
  'an exec whose output is too long': ({ runtime, id }) =>
    runtime.execContainer(id, { command: ['cat'], env }, { stdin: canary('stdin'), maxOutputBytes: 3 }),
  'an exec that is started and fails': async ({ runtime, id }) => {
    const exec = await runtime.startExec(id, { command: ['no-such-program'], env }, { stdin: canary('stdin') })
    await exec.exited
  },
  'an exec in no container': ({ runtime }) => runtime.execContainer('moorage-none', { command: ['env'], env }),
  'a file in a directory that is missing': ({ runtime, id }) =>
    runtime.writeFile(id, '/no/such/file', canary('content')),
  'a file in place of a directory': ({ runtime, id }) => runtime.writeFile(id, '/etc', canary('content')),
}

const composing: Readonly<Record<string, object>> = {
  'a port': { services: { web: { image: 'x', ports: ['${TOKEN}:80'] } } },
  'an image': { services: { web: { image: '${TOKEN} is no image' } } },
  'an image that is missing': { services: { web: { image: '127.0.0.1:1/$PLAIN' } } },
  'a duration': { services: { web: { image: 'x', stop_grace_period: '${DOTENV}' } } },
  'a condition': { services: { web: { image: 'x', depends_on: { other: { condition: '${DOTENV}' } } } } },
  'a build argument': {
    services: {
      web: {
        build: { context: '.', dockerfile_inline: 'FROM $BASE', args: { BASE: '127.0.0.1:1/${PLAIN}' } },
      },
    },
  },
}

/** No error of a real engine, of compose or of what is published on the way holds a secret of its call. */
export async function secretsOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, ({ open, image }) => {
    let restoreTools = (): void => undefined
    let scene: Scene
    const reported: unknown[] = []
    beforeAll(async () => {
      restoreTools = useComposeTools()
      const runtime = await open({ onCleanupFailure: (failure) => void reported.push(failure) })
      const folder = await mkdtemp(`${tmpdir()}/moorage-secrets-`)
      await writeFile(`${folder}/secret`, canary('secret-file'))
      await writeFile(`${folder}/.env`, `DOTENV='${canary('dotenv')}'\n`)
      const spec = { image, command: ['sleep', '1000'], stopTimeoutMs: 0, labels: { [label]: 'x' } }
      const { id } = await runtime.createContainer(spec)
      await runtime.startContainer(id)
      scene = { runtime, image, id, folder }
    })
    afterAll(async () => {
      restoreTools()
      const { runtime, folder } = scene
      for (const { id } of await runtime.listContainers({ labelKeys: [label] }))
        await runtime.removeContainer(id, { force: true })
      for (const { name } of await runtime.listVolumes({ labelKeys: [label] })) await runtime.removeVolume(name)
      await runtime.close()
      await rm(folder, { recursive: true })
    })

    async function expectNoLeak(call: () => Promise<unknown>): Promise<void> {
      let error: unknown
      const published = await publishedDuring(async () => {
        error = await call().then(
          () => undefined,
          (reason: unknown) => reason,
        )
      })
      expect(RuntimeError.is(error)).toBe(true)
      expect(leaksOf(error)).toEqual([])
      expect(JSON.stringify(error)).not.toContain(plain)
      expect([...published, ...reported].flatMap(leaksOf)).toEqual([])
    }

    it.each(Object.entries(failing))('no secret is reported of %s', { timeout: deadlineMs }, async (_, call) => {
      await expectNoLeak(() => call(scene))
    })

    it.each(Object.entries(composing))(
      'no variable of compose is reported that is wrong as %s',
      { timeout: deadlineMs },
      async (_, model) => {
        await writeFile(`${scene.folder}/compose.yaml`, JSON.stringify({ name: 'moorage-secrets', ...model }))
        const project = { workingDirectory: scene.folder, env: { TOKEN: canary('compose'), PLAIN: plain } }
        await expectNoLeak(() => scene.runtime.composeUp(project))
      },
    )
  })
}
