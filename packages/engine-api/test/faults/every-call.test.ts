import { getEventListeners } from 'node:events'
import { createRuntime, RuntimeError, type CallOptions, type Runtime } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, type Answer } from '../scripted-engine.ts'

const id = 'c'.repeat(64)

interface Call {
  readonly name: string
  /** The request that goes wrong; all others are answered as an engine does. */
  readonly request: string
  readonly answers?: Readonly<Record<string, object>>
  readonly call: (runtime: Runtime, options: CallOptions) => Promise<unknown>
  /** What comes over the connection is no JSON: any text is an answer, or none is. */
  readonly body: 'json' | 'frames' | 'lines'
}

const inspect = { [`GET /containers/web/json`]: runningContainer(), [`GET /containers/${id}/json`]: runningContainer() }

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) continue
}

const calls: readonly Call[] = [
  { name: 'info', request: 'GET /info', body: 'json', call: (runtime, options) => runtime.info(options) },
  {
    name: 'inspectContainer',
    request: 'GET /containers/web/json',
    body: 'json',
    call: (runtime, options) => runtime.inspectContainer('web', options),
  },
  {
    name: 'listContainers',
    request: 'GET /containers/json',
    body: 'json',
    call: (runtime, options) => runtime.listContainers({}, options),
  },
  {
    name: 'waitContainer',
    request: `POST /containers/${id}/wait`,
    answers: inspect,
    body: 'json',
    call: (runtime, options) => runtime.waitContainer('web', options),
  },
  {
    name: 'createVolume',
    request: 'POST /volumes/create',
    body: 'json',
    call: (runtime, options) => runtime.createVolume({ name: 'data' }, options),
  },
  {
    name: 'containerLogs',
    request: `GET /containers/${id}/logs`,
    answers: inspect,
    body: 'frames',
    call: (runtime, options) => readAll(runtime.containerLogs('web', { ...options, follow: true })),
  },
  {
    name: 'pullImage',
    request: 'POST /images/create',
    body: 'lines',
    call: (runtime, options) => runtime.pullImage('web:1', options),
  },
]

interface Fault {
  readonly name: string
  readonly answer: (body: Call['body']) => Answer
  readonly code: (body: Call['body']) => string
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
/** The beginning of something that goes on: JSON, a frame of eight bytes, a line. */
const beginnings = {
  json: '{"Id":',
  frames: '\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0008half',
  lines: '{"status":',
}

/** Says these bytes and then ends or breaks the connection; absent: keeps it open and says no more. */
const says =
  (bytes: string, then?: 'end' | 'reset'): Answer =>
  (_, response) => {
    const { socket } = response
    socket?.write(Buffer.from(bytes, 'latin1'), () => {
      if (then === 'end') socket.end()
      if (then === 'reset') socket.destroy()
    })
  }

const lost = (): string => 'CONNECTION_LOST'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

const faults: readonly Fault[] = [
  { name: 'the connection ends before the head', answer: () => says('', 'end'), code: lost },
  {
    name: 'the connection breaks within the head',
    answer: () => says('HTTP/1.1 200 OK\r\nConte', 'reset'),
    code: lost,
  },
  {
    name: 'the connection breaks in the middle of the body',
    answer: (body) => says(`${head}Content-Length: 1000\r\n\r\n${beginnings[body]}`, 'reset'),
    code: lost,
  },
  {
    name: 'the last byte is missing',
    answer: (body) => says(`${head}Content-Length: ${beginnings[body].length + 1}\r\n\r\n${beginnings[body]}`, 'end'),
    code: lost,
  },
  {
    name: 'the end of the chunks is missing',
    answer: (body) => says(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk(beginnings[body])}`, 'end'),
    code: lost,
  },
  {
    name: 'the body ends within what it began',
    answer: (body) => says(`${head}Content-Length: ${beginnings[body].length}\r\n\r\n${beginnings[body]}`),
    code: () => 'PROTOCOL_ERROR',
  },
  {
    name: 'a page of HTML comes instead',
    answer: () => says(`${head}Content-Length: 21\r\n\r\n<html>It works!</html>`),
    code: () => 'PROTOCOL_ERROR',
  },
  { name: 'it is no HTTP at all', answer: () => says('SSH-2.0-OpenSSH_9.2\r\n', 'end'), code: () => 'PROTOCOL_ERROR' },
]

describe.each(calls)('$name', ({ request, answers = {}, body, call }) => {
  it.each(faults)('when $name', async ({ answer, code }) => {
    await using engine = await scriptEngine({ ...answers, [request]: answer(body) })
    const runtime = createRuntime(engine.adapter, { closeTimeoutMs: 50 })
    const { signal } = new AbortController()
    const error: unknown = await call(runtime, { signal }).catch((reason: unknown) => reason)
    expect(RuntimeError.is(error) ? error.code : error).toBe(code(body))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await runtime.close()
  })

  it.each([
    ['before the head', (): Answer => says('')],
    ['within the head', (): Answer => says('HTTP/1.1 200 OK\r\n')],
    ['within the body', (): Answer => says(`${head}Content-Length: 1000\r\n\r\n${beginnings[body]}`)],
  ])('that stalls %s ends with the abort', async (_, answer) => {
    let arrived: () => void = () => undefined
    const sent = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const stalling = answer()
    const stalls: Answer = (incoming, response) => {
      stalling(incoming, response)
      arrived()
    }
    await using engine = await scriptEngine({ ...answers, [request]: stalls })
    const runtime = createRuntime(engine.adapter, { closeTimeoutMs: 50 })
    const controller = new AbortController()
    const reason = new Error('enough')
    const outcome = call(runtime, { signal: controller.signal }).catch((error: unknown) => error)
    await sent
    controller.abort(reason)
    expect(await outcome).toBe(reason)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    await runtime.close()
  })
})
