import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findProvider } from '../../src/compose/provider.ts'

describe.skipIf(process.platform === 'win32')('the provider of compose', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-provider-`)
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function program(name: string, script: string): Promise<void> {
    await writeFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`)
    await chmod(`${folder}/${name}`, 0o755)
  }
  const find = (signal?: AbortSignal): ReturnType<typeof findProvider> =>
    findProvider('composeUp', { environment: { PATH: folder }, folder, signal })
  const failure = async (): Promise<RuntimeError<'COMPOSE_UNAVAILABLE'>> => {
    const error: unknown = await find().catch((reason: unknown) => reason)
    if (!RuntimeError.is(error, 'COMPOSE_UNAVAILABLE')) throw error
    return error
  }

  it('is the plugin', async () => {
    await program('docker', '[ "$1 $2" = "compose version" ] && echo 2.40.3')
    await program('docker-compose', 'echo 2.26.1')
    expect(await find()).toEqual({ command: ['docker', 'compose'], version: '2.40.3' })
  })

  it('is the standalone binary where there is no plugin', async () => {
    await program('docker', 'echo "docker: unknown command: docker compose" >&2; exit 1')
    await program('docker-compose', 'echo v2.26.1-4')
    expect(await find()).toEqual({ command: ['docker-compose'], version: '2.26.1-4' })
  })

  it('is told to be missing, with what was tried and what to do', async () => {
    const { details, message } = await failure()
    expect(details.tried).toEqual([
      { target: 'docker compose', source: 'PATH', reason: 'it is not installed' },
      { target: 'docker-compose', source: 'PATH', reason: 'it is not installed' },
    ])
    expect(message).toContain('Install Docker Compose 2')
    expect(message).not.toContain('podman-compose')
  })

  it('is neither version 1 nor podman-compose, which are named', async () => {
    await program('docker-compose', 'echo 1.29.2')
    await program('podman-compose', 'echo podman-compose version 1.0.6')
    const { details, message } = await failure()
    expect(details.tried[1]?.reason).toContain('1.29.2')
    expect(message).toContain('podman-compose is there')
  })

  it('is left by its signal', async () => {
    await program('docker', 'while :; do :; done')
    const reason = new Error('enough')
    const controller = new AbortController()
    const finding = find(controller.signal)
    setImmediate(() => controller.abort(reason))
    await expect(finding).rejects.toBe(reason)
  })
})
