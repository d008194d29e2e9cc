import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter } from 'node:path'
import type { RegistryCredentials } from '@moorage/runtime-core'
import { dockerCredentials, firstSource, podmanCredentials } from '@moorage/engine-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askHelper } from '../../src/credentials/helper.ts'

const secret = 'two half hitches'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const known = { username: 'skipper', password: secret }
const entry = { auth: base64(`skipper:${secret}`) }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/moorage-credentials-`)
})
afterEach(() => rm(folder, { recursive: true }))

const environment = (): Record<string, string> => ({
  DOCKER_CONFIG: folder,
  XDG_CONFIG_HOME: folder,
  PATH: `${folder}${delimiter}${process.env['PATH']}`,
})

async function docker(config: object, reference: string): Promise<RegistryCredentials | undefined> {
  await writeFile(`${folder}/config.json`, JSON.stringify(config))
  return dockerCredentials(environment())({ operation: 'pullImage', reference, signal: undefined })
}

/** A helper that notes how it was called. */
async function helper(name: string, script: string): Promise<void> {
  const path = `${folder}/docker-credential-${name}`
  await writeFile(path, `#!/bin/sh\nread server\necho "$1 $server" >>"${folder}/asked"\n${script}\n`)
  await chmod(path, 0o755)
}

const asked = (): Promise<string> => readFile(`${folder}/asked`, 'utf8')
const gives = (username: string): string => `echo '{"ServerURL":"x","Username":"${username}","Secret":"${secret}"}'`

describe("Docker's configuration", () => {
  it.each([
    ['a pair in Base64', entry, known],
    ['a pair in Base64 that ends with a zero', { auth: base64(`skipper:${secret}\0`) }, known],
    ['a password with colons', { auth: base64('skipper:a:b:c') }, { username: 'skipper', password: 'a:b:c' }],
    ['a pair as it is', known, known],
    ['a token', { auth: base64('x:y'), identitytoken: secret }, { identityToken: secret }],
    ['nothing', {}, undefined],
    ['nonsense', { auth: base64('no colon') }, undefined],
    ['nonsense of another type', 7, undefined],
  ])('has %s', async (_, written, expected) => {
    expect(await docker({ auths: { 'registry.test': written } }, 'registry.test/app:1')).toEqual(expected)
  })

  it.each([
    ['registry.test', 'registry.test/app'],
    ['https://registry.test', 'registry.test/app'],
    ['https://registry.test/v2/', 'registry.test/app'],
    ['registry.test:5000', 'registry.test:5000/app'],
    ['https://index.docker.io/v1/', 'app'],
    ['https://index.docker.io/v1/', 'docker.io/library/app'],
    ['docker.io', 'team/app'],
  ])('under %s is for %s', async (key, reference) => {
    expect(await docker({ auths: { [key]: entry } }, reference)).toEqual(known)
  })

  it.each([
    ['registry.test', 'registry.test.evil.example/app'],
    ['registry.test', 'evil.example/registry.test/app'],
    ['registry.test', 'registry.test:5000/app'],
    ['registry.test:5000', 'registry.test/app'],
    ['registry.test', 'app'],
    ['https://index.docker.io/v1/', 'registry.test/app'],
    ['https://index.docker.io/v1/', 'index.docker.io.evil.example/app'],
  ])('under %s is not for %s', async (key, reference) => {
    const config = { auths: { [key]: entry }, credHelpers: { [key]: 'mine' } }
    await helper('mine', gives('skipper'))
    expect(await docker(config, reference)).toBeUndefined()
    await expect(asked()).rejects.toMatchObject({ code: 'ENOENT' })
  })

  const hub = 'https://index.docker.io/v1/'
  it.each([
    [{ reference: 'app' }, true],
    [{ reference: 'docker.io/team/app:1' }, true],
    [{ reference: 'registry-1.docker.io/team/app' }, true],
    [{ host: 'docker.io' }, true],
    [{ host: 'registry-1.docker.io' }, true],
    [{ reference: 'my_registry.corp/app' }, false],
    [{ reference: 'DOCKER.IO/app' }, false],
    [{ reference: 'docker.io:443/app' }, false],
    [{ reference: 'https://docker.io/app' }, false],
    [{ reference: 'docker.io//app' }, false],
    [{ reference: '' }, false],
    [{ host: 'mirror' }, false],
    [{ host: '' }, false],
    [{ host: 'DOCKER.IO' }, false],
    [{ host: 'docker.io/' }, false],
    [{ host: hub }, false],
    [{ host: 'my_registry.corp' }, false],
  ])("has Docker Hub's for %j: %j", async (asked, expected) => {
    await helper('mine', gives('skipper'))
    for (const config of [{ auths: { [hub]: entry } }, { credHelpers: { [hub]: 'mine' } }]) {
      await writeFile(`${folder}/config.json`, JSON.stringify(config))
      const found = await dockerCredentials(environment())({ operation: 'pullImage', signal: undefined, ...asked })
      expect(found).toEqual(expected ? known : undefined)
    }
  })

  it.each([
    [{ host: 'mirror' }, 'mirror'],
    [{ host: 'my_registry.corp' }, 'https://my_registry.corp'],
    [{ host: '[::1]:5000' }, '[::1]:5000'],
    [{ host: 'registry.test' }, 'registry.test'],
  ])('has for %j what is under %s', async (asked, key) => {
    await writeFile(`${folder}/config.json`, JSON.stringify({ auths: { [key]: entry } }))
    const found = await dockerCredentials(environment())({ operation: 'buildImage', signal: undefined, ...asked })
    expect(found).toEqual(known)
  })

  it.each(['', '{', '[]', '{"auths":7,"credsStore":{},"credHelpers":[]}'])('that is %s has none', async (text) => {
    await writeFile(`${folder}/config.json`, text)
    const source = dockerCredentials(environment())
    expect(await source({ operation: 'pullImage', reference: 'app', signal: undefined })).toBeUndefined()
  })
})

describe('a credential helper', () => {
  it('is asked with `get` and nothing else, for the registry', async () => {
    await helper('mine', gives('skipper'))
    expect(await docker({ credsStore: 'mine' }, 'registry.test/app')).toEqual(known)
    expect(await docker({ credHelpers: { 'registry.test': 'mine' } }, 'registry.test/app')).toEqual(known)
    expect(await docker({ credsStore: 'mine' }, 'app')).toEqual(known)
    expect(await asked()).toBe('get registry.test\nget registry.test\nget https://index.docker.io/v1/\n')
  })

  it('of the registry stands above the one for all', async () => {
    await helper('mine', gives('mine'))
    await helper('other', gives('other'))
    const config = { credsStore: 'other', credHelpers: { 'registry.test': 'mine' } }
    expect(await docker(config, 'registry.test/app')).toMatchObject({ username: 'mine' })
    expect(await docker(config, 'another.test/app')).toMatchObject({ username: 'other' })
  })

  it('may answer with a token', async () => {
    await helper('mine', gives('<token>'))
    expect(await docker({ credsStore: 'mine' }, 'registry.test/app')).toEqual({ identityToken: secret })
  })

  it('that has none means anonymous, or what is written down', async () => {
    await helper('mine', 'echo "credentials not found in native keychain"; exit 1')
    expect(await docker({ credsStore: 'mine' }, 'registry.test/app')).toBeUndefined()
    expect(await docker({ credsStore: 'mine', auths: { 'registry.test': entry } }, 'registry.test/app')).toEqual(known)
  })

  it.each([
    ['crashes', `echo ${secret}; echo ${secret} >&2; exit 3`, /exit code 3/],
    ['is killed', 'kill -9 $$', /SIGKILL/],
    ['answers no JSON', `echo ${secret}`, /no JSON/],
    ['answers without credentials', `echo '{"Secret":7}'`, /no credentials/],
    ['answers without an end', 'exec yes', /too long/],
  ])('that %s is named, and nothing that it wrote is told', async (_, script, words) => {
    await helper('mine', script)
    const error: unknown = await docker({ credsStore: 'mine' }, 'registry.test/app').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      operation: 'pullImage',
      details: { helper: 'docker-credential-mine' },
      message: expect.stringMatching(words),
    })
    expect(JSON.stringify(error) + String(error)).not.toContain(secret)
  })

  it.each(['missing', '../mine', 'mine; rm -rf x', ''])('called %j is never run as anything else', async (name) => {
    const outcome = docker({ credHelpers: { 'registry.test': name } }, 'registry.test/app')
    if (name === '') expect(await outcome).toBeUndefined()
    else await expect(outcome).rejects.toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED' })
  })

  it('that hangs is ended', async () => {
    await helper('mine', 'exec sleep 1000')
    const options = { operation: 'pullImage', environment: environment(), signal: undefined, timeoutMs: 50 }
    await expect(askHelper('mine', 'registry.test', options)).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: expect.stringContaining('has not answered'),
    })
  })

  it('is ended with the signal', async () => {
    await helper('mine', 'exec sleep 1000')
    const controller = new AbortController()
    const options = { operation: 'pullImage', environment: environment(), signal: controller.signal }
    const asking = askHelper('mine', 'registry.test', options)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(asking).rejects.toBe(reason)
  })
})

describe("Podman's file", () => {
  async function podman(reference: string, more: Record<string, string> = {}): Promise<unknown> {
    const source = podmanCredentials({ ...environment(), ...more })
    return source({ operation: 'pullImage', reference, signal: undefined })
  }

  it('may have keys for parts of a registry; the longest counts', async () => {
    await mkdir(`${folder}/containers`)
    const named = (username: string): object => ({ auth: base64(`${username}:x`) })
    const auths = {
      'registry.test': named('host'),
      'registry.test/team': named('team'),
      'registry.test/team/app': named('app'),
    }
    await writeFile(`${folder}/containers/auth.json`, JSON.stringify({ auths }))
    expect(await podman('registry.test/other')).toMatchObject({ username: 'host' })
    expect(await podman('registry.test/teamster')).toMatchObject({ username: 'host' })
    expect(await podman('registry.test/team/thing:1')).toMatchObject({ username: 'team' })
    expect(await podman('registry.test/team/app/part')).toMatchObject({ username: 'app' })
    expect(await podman('evil.example/team')).toBeUndefined()
  })

  it('is the one that REGISTRY_AUTH_FILE names, else the session’s, else the user’s', async () => {
    const write = async (path: string, username: string): Promise<void> => {
      await mkdir(`${folder}/${path}/containers`, { recursive: true })
      const auths = { 'registry.test': { auth: base64(`${username}:x`) } }
      await writeFile(`${folder}/${path}/containers/auth.json`, JSON.stringify({ auths }))
    }
    await write('.', 'user')
    await write('session', 'session')
    await write('named', 'named')
    expect(await podman('registry.test/app')).toMatchObject({ username: 'user' })
    const session = { XDG_RUNTIME_DIR: `${folder}/session` }
    expect(await podman('registry.test/app', session)).toMatchObject({ username: 'session' })
    const named = { ...session, REGISTRY_AUTH_FILE: `${folder}/named/containers/auth.json` }
    expect(await podman('registry.test/app', named)).toMatchObject({ username: 'named' })
    expect(await podman('registry.test/app', { REGISTRY_AUTH_FILE: '/nowhere' })).toBeUndefined()
  })
})

it('the first source that has credentials counts', async () => {
  const none = async (): Promise<undefined> => undefined
  const request = { operation: 'pullImage', reference: 'app', signal: undefined }
  expect(await firstSource(none, async () => known, none)(request)).toEqual(known)
  expect(await firstSource(none)(request)).toBeUndefined()
})
