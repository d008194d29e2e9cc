import { execFile, spawn } from 'node:child_process'
import { access, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { BuildSpec } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { buildDeadlineMs, useBuilder } from './builder.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const run = promisify(execFile)

/** What a build is trusted with: secrets, credentials, agents. */
export async function buildSecretsOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, (engine) => {
    const { runtime, folder, from, build, failureOf } = useBuilder(engine)

    it(
      'mounts secrets, and leaves them in no layer, no output and no error',
      { timeout: buildDeadlineMs },
      async () => {
        const secret = `secret${Math.random()}`
        await writeFile(`${folder()}/token`, secret)
        const mounts = ['value', 'file', 'env'].map((id) => `--mount=type=secret,id=${id},required=true`).join(' ')
        const check = 'cat /run/secrets/value /run/secrets/file /run/secrets/env | wc -c'
        const Dockerfile = from(
          'COPY . /all',
          `RUN ${mounts} ${check}`,
          'CMD ["sh", "-c", "grep -r secret0 / 2>/dev/null || true"]',
        )
        process.env['MOORAGE_BUILD_SECRET'] = secret
        const secrets = {
          value: { value: secret },
          file: { file: `${folder()}/token` },
          env: { env: 'MOORAGE_BUILD_SECRET' },
        }
        const told: string[] = []
        const id = await build({ context: { files: { Dockerfile } }, secrets, noCache: true }, (event) => {
          told.push(event.type === 'log' ? Buffer.from(event.bytes).toString() : JSON.stringify(event))
        })
        delete process.env['MOORAGE_BUILD_SECRET']
        expect(told.join('')).toContain(String(secret.length * 3))
        expect(told.join('')).not.toContain(secret)
        const history = JSON.stringify(await runtime().imageHistory(id))
        expect(history).not.toContain(secret)
        const pieces: Buffer[] = []
        for await (const piece of runtime().saveImages([id])) pieces.push(Buffer.from(piece))
        expect(Buffer.concat(pieces).includes(secret)).toBe(false)
        const missing = await failureOf({
          context: { files: { Dockerfile } },
          secrets: { value: { value: secret } },
          noCache: true,
        })
        expect(missing.message).not.toContain(secret)
        await expect(
          build({ context: { files: { Dockerfile } }, secrets: { file: { file: '/no/such' } } }),
        ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'spec.secrets.file.file' } })
      },
    )

    it(
      'takes an image from a registry with the credentials of the configuration alone',
      { timeout: buildDeadlineMs },
      async () => {
        const {
          MOORAGE_TEST_AUTH_REGISTRY: registry,
          MOORAGE_TEST_AUTH_REGISTRY_USER: user,
          MOORAGE_TEST_AUTH_REGISTRY_PASSWORD: password,
          DOCKER_CONFIG: before,
        } = process.env
        if (registry === undefined) return
        const reference = `${registry}/moorage-fixture:1`
        const spec: BuildSpec = {
          context: { files: { Dockerfile: `FROM ${reference}\nRUN true\n` } },
          noCache: true,
          pull: true,
        }
        process.env['DOCKER_CONFIG'] = folder()
        try {
          await runtime().removeImage(reference)
          expect((await failureOf(spec)).message).not.toContain(password)
          const auth = Buffer.from(`${user}:${password}`).toString('base64')
          await writeFile(`${folder()}/config.json`, JSON.stringify({ auths: { [registry]: { auth } } }))
          await build(spec)
        } finally {
          if (before === undefined) delete process.env['DOCKER_CONFIG']
          else process.env['DOCKER_CONFIG'] = before
        }
      },
    )

    it('forwards an agent to a step that mounts it, or refuses by name', { timeout: buildDeadlineMs }, async () => {
      const agentSocket = `${folder()}/agent.sock`
      const { MOORAGE_TEST_SSH_AGENT: program = 'ssh-agent', MOORAGE_TEST_SSH_FOLDER: keys } = process.env
      const spec: BuildSpec = {
        context: { files: { Dockerfile: from() } },
        ssh: { default: { agentSocket } },
        noCache: true,
      }
      if (!runtime().capabilities.buildSsh) {
        const details = { capability: 'buildSsh', field: 'spec.ssh' }
        await expect(build(spec)).rejects.toMatchObject({ code: 'UNSUPPORTED', details })
        return
      }
      if (keys === undefined) return
      const agent = spawn(program, ['-D', '-a', agentSocket], { stdio: 'ignore' })
      try {
        const adder = `${dirname(program)}/ssh-add`
        const env = { ...process.env, SSH_AUTH_SOCK: agentSocket }
        await expect
          .poll(
            () =>
              access(agentSocket).then(
                () => true,
                () => false,
              ),
            { timeout: buildDeadlineMs },
          )
          .toBe(true)
        await run(adder, [`${keys}/id_ed25519`], { env })
        const { stdout: listed } = await run(adder, ['-l'], { env })
        // The image has no program of its own that could ask an agent.
        const asking = 'for i in 1 2 3; do ssh-add -l & done; wait'
        const Dockerfile = from(
          'COPY root/ /',
          'RUN chmod 755 /bin/ssh-add /lib64/*',
          `RUN --mount=type=ssh,required=true ${asking}`,
        )
        const files = { Dockerfile, ...(await programFiles(adder)) }
        const told: string[] = []
        await build({ ...spec, context: { files } }, (event) => {
          if (event.type === 'log') told.push(Buffer.from(event.bytes).toString())
        })
        expect(told.join('')).toBe(listed.repeat(3))
      } finally {
        agent.kill()
      }
    })
  })
}

/** A program with the libraries that it is linked with, as files below `root`; all of them may be run. */
async function programFiles(program: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const { stdout } = await run('ldd', [program])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  const files = await Promise.all(libraries.map(async (path) => [`root${path}`, await readFile(path)] as const))
  return { ...Object.fromEntries(files), 'root/bin/ssh-add': await readFile(program) }
}
