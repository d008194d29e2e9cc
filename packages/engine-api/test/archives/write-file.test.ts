import { createRuntime, defineCapabilities, type Runtime } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, sendJson, type Answer, type ScriptedEngine } from '../scripted-engine.ts'

const file = { name: 'file', size: 1, mode: 0o644, mtime: '2026-01-01T00:00:00Z' }
const directory = { ...file, mode: 2 ** 31 + 0o755 }
const link = (linkTarget: string): object => ({ ...file, mode: 2 ** 27 + 0o777, linkTarget })

interface Scripted {
  readonly files?: Readonly<Record<string, unknown>>
  readonly container?: object | Answer
  readonly put?: Answer
}

/** An engine whose container has these paths. */
async function withFiles(
  { files = {}, container = runningContainer(), put = (_, response) => void response.end() }: Scripted,
  use: (runtime: Runtime, requests: ScriptedEngine['requests']) => Promise<void>,
): Promise<void> {
  await using engine = await scriptEngine({
    'GET /containers/web/json': container,
    'HEAD /containers/web/archive': (request, response) => {
      const path = new URL(request.url ?? '', 'http://engine').searchParams.get('path') ?? ''
      const stat = files[path]
      if (stat === undefined) response.statusCode = 404
      else response.setHeader('x-docker-container-path-stat', Buffer.from(JSON.stringify(stat)).toString('base64'))
      response.end()
    },
    'PUT /containers/web/archive': (request, response) => {
      request.resume().on('end', () => put(request, response))
    },
  })
  const runtime = createRuntime({ ...engine.adapter, capabilities: defineCapabilities({ archives: true }) })
  try {
    await use(runtime, engine.requests)
  } finally {
    await runtime.close()
  }
}

/** A source that never yields. */
function silent(): { readonly source: AsyncIterable<Uint8Array>; readonly isClosed: () => boolean } {
  let isClosed = false
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: async () => {
        isClosed = true
        return { done: true, value: undefined } as const
      },
    }),
  }
  return { source, isClosed: () => isClosed }
}

describe('writeFile', () => {
  it.each([
    ['the container is missing', 'CONTAINER_NOT_FOUND', {}],
    ['the directory is missing', 'PATH_NOT_FOUND', { container: runningContainer() }],
    ['the path is a directory', 'INVALID_ARGUMENT', { files: { '/data': directory, '/data/file': directory } }],
  ])('rejects and closes a source that never yields where %s', async (_what, code, given) => {
    const missing: Answer = (_, response) => sendJson(response, { message: 'No such container: web' }, 404)
    await withFiles(
      { container: code === 'CONTAINER_NOT_FOUND' ? missing : runningContainer(), ...given },
      async (runtime) => {
        const { source, isClosed } = silent()
        await expect(runtime.writeFile('web', '/data/file', source)).rejects.toMatchObject({ code })
        expect(isClosed()).toBe(true)
      },
    )
  })

  it('writes to the target of a link, which need not exist', async () => {
    const files = { '/data': directory, '/data/link': link('/data/next'), '/data/next': link('../data/deep/file') }
    await withFiles({ files }, async (runtime) => {
      await expect(runtime.writeFile('web', '/data/link', 'x')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' })
    })
    await withFiles({ files: { ...files, '/data/deep': directory } }, async (runtime, requests) => {
      await runtime.writeFile('web', '/data/link', 'x')
      const put = requests.find((request) => request.startsWith('PUT'))
      expect(new URL(`http://engine${put?.slice(4)}`).searchParams.get('path')).toBe('/data/deep')
    })
  })

  it('inspects the container once, also where the engine refuses the file', async () => {
    const put: Answer = (_, response) => sendJson(response, { message: 'disk quota exceeded' }, 500)
    await withFiles({ files: { '/data': directory }, put }, async (runtime, requests) => {
      await expect(runtime.writeFile('web', '/data/file', 'x')).rejects.toMatchObject({ code: 'ENGINE_ERROR' })
      expect(requests.filter((request) => request.endsWith('/json'))).toHaveLength(1)
    })
  })

  it.each([null, 42, [], '', { ...file, mode: '0644' }])(
    'rejects with PROTOCOL_ERROR for the state %j',
    async (stat) => {
      await withFiles({ files: { '/data': stat } }, async (runtime) => {
        await expect(runtime.statPath('web', '/data')).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
      })
    },
  )
})
