import { channel } from 'node:diagnostics_channel'
import { cleanupReporter, type CleanupFailureMessage, type EngineCallMessage } from '@moorage/engine-api'
import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, sendJson, type ScriptedEngine } from '../scripted-engine.ts'

/** What is published on a channel while the work is done. */
async function published<Message>(name: string, work: () => Promise<unknown> | void): Promise<readonly Message[]> {
  const messages: Message[] = []
  const listen = (message: unknown): void => void messages.push(message as Message)
  channel(name).subscribe(listen)
  try {
    await work()
  } finally {
    channel(name).unsubscribe(listen)
  }
  return messages
}

const calls = (work: () => Promise<unknown>): Promise<readonly EngineCallMessage[]> =>
  published('moorage:engine-call', work)

const inspecting = { 'GET /containers/web/json': runningContainer() }

describe('moorage:engine-call', () => {
  it('tells the operation, its subject, the request, its status and its duration', async () => {
    await using engine = await scriptEngine(inspecting)
    const [message, ...others] = await calls(() => engine.adapter.inspectContainer('web'))
    expect(others).toEqual([])
    expect(message).toEqual({
      backend: 'docker',
      operation: 'inspectContainer',
      subject: 'web',
      method: 'GET',
      path: '/v1.45/containers/web/json',
      status: 200,
      durationMs: expect.any(Number),
    })
  })

  it('tells what an engine refuses, and what gets no answer', async () => {
    await using engine = await scriptEngine({ 'GET /info': (request) => request.socket.destroy() })
    const messages = await calls(async () => {
      await engine.adapter.inspectContainer('none').catch(() => undefined)
      await engine.adapter.info().catch(() => undefined)
    })
    expect(messages.map(({ operation, status, failure }) => [operation, status, failure])).toEqual([
      ['inspectContainer', 404, undefined],
      ['info', undefined, 'connection-lost'],
    ])
  })

  it('tells whose a stream is that is read elsewhere', async () => {
    await using engine = await scriptEngine({ 'GET /events': (_, response) => response.end() })
    const stream = engine.adapter.events?.()
    const messages = await calls(async () => {
      for await (const _ of stream ?? []) continue
    })
    expect(messages.map(({ operation, path }) => [operation, path])).toEqual([['events', '/v1.45/events']])
  })

  it('keeps calls that go on at the same time apart', async () => {
    const slowly = (_: unknown, response: Parameters<typeof sendJson>[0]): void => {
      setImmediate(() => sendJson(response, runningContainer()))
    }
    await using engine = await scriptEngine({ ...inspecting, 'GET /containers/other/json': slowly })
    const messages = await calls(() =>
      Promise.all([engine.adapter.inspectContainer('other'), engine.adapter.inspectContainer('web')]),
    )
    for (const { subject, path } of messages) expect(path).toContain(`/${subject}/`)
    expect(messages).toHaveLength(2)
  })

  it('never tells credentials, queries or bodies', async () => {
    const secret = 'do-not-tell'
    await using engine = await scriptEngine({
      'POST /images/create': (_, response) => response.end('{"status":"Done"}\n'),
      'GET /images/registry.test/app:1/json': { Id: 'sha256:1', RepoTags: [] },
      'POST /containers/create': { Id: 'c'.repeat(64) },
    })
    const messages = await calls(() => useSecret(engine, secret))
    expect(messages.map(({ operation }) => operation)).toContain('pullImage')
    const text = JSON.stringify(messages)
    expect(text).not.toContain(secret)
    expect(text).not.toContain('?')
  })
})

async function useSecret({ adapter }: ScriptedEngine, secret: string): Promise<void> {
  const credentials = { username: secret, password: secret }
  await adapter.pullImage('registry.test/app:1', { credentials }).catch(() => undefined)
  const env = { TOKEN: secret }
  await adapter.createContainer({ image: 'registry.test/app:1', env, labels: { secret } }).catch(() => undefined)
  await adapter.listContainers({ labels: { secret } }).catch(() => undefined)
}

describe('moorage:cleanup-failure', () => {
  it('tells what was told to the listener, and the backend', async () => {
    const error = new Error('in use')
    const heard: unknown[] = []
    const messages = await published<CleanupFailureMessage>('moorage:cleanup-failure', () => {
      const report = cleanupReporter('docker', (failure) => {
        heard.push(failure)
        throw new Error('a listener of no use')
      })
      report({ operation: 'createNetwork', error })
    })
    expect(heard).toEqual([{ operation: 'createNetwork', error }])
    expect(messages).toEqual([{ backend: 'docker', operation: 'createNetwork', error }])
  })
})
