import type { Listing, Selection, TreeEntry } from '@moorage/build-context'
import { describe, expect, it } from 'vitest'
import { bytesOf, fieldsOf, loadWire, messageOf, numberOf, textOf } from '../../src/build/messages.ts'
import { metadataOf } from '../../src/build/metadata.ts'
import { fileSync } from '../../src/build/services/file-sync.ts'

const wire = await loadWire()
const packet = { stat: 0, request: 1, data: 2, end: 3 } as const

const entries: readonly TreeEntry[] = [
  { path: 'a', type: 'file', mode: 0o4755, sizeBytes: 40_000, modifiedAt: 1_700_000_000_000_000_000 },
  { path: 'deep', type: 'directory', mode: 0o1777, sizeBytes: 0, modifiedAt: 0 },
  { path: 'deep/b', type: 'file', mode: 0o600, sizeBytes: 1, modifiedAt: 0 },
  { path: 'link', type: 'symlink', mode: 0o777, sizeBytes: 1, modifiedAt: 0, linkTarget: 'a' },
  { path: 'pipe', type: 'fifo', mode: 0o600, sizeBytes: 0, modifiedAt: 0 },
]

/** A listing whose content the engine may have; it notes what was selected. */
function listingOf(content: (path: string) => AsyncIterable<Uint8Array>, selected: Selection[] = []): Listing {
  return {
    async *entries(selection) {
      selected.push(selection)
      yield* entries
    },
    read: content,
  }
}

async function* usualContent(path: string): AsyncGenerator<Uint8Array, undefined> {
  yield Buffer.alloc(path === 'a' ? 40_000 : 1, path)
}

/** What the engine is sent, packet by packet, when it asks for these. */
async function sync(
  asked: readonly number[],
  { source = listingOf(usualContent), metadata = ['dir-name', 'context'], stays = false }: SyncOptions = {},
): Promise<readonly string[]> {
  const sent: string[] = []
  let told: () => void = () => undefined
  const allTold = new Promise<void>((resolve) => {
    told = resolve
  })
  async function* engine(): AsyncGenerator<Uint8Array, undefined> {
    if (stays) await new Promise(() => undefined)
    await allTold
    for (const id of asked) yield messageOf(wire, { 1: packet.request, 3: id })
    yield messageOf(wire, { 1: packet.end })
  }
  await fileSync(wire, { context: source })({
    metadata: metadataOf(metadata),
    messages: engine(),
    send: async (message) => {
      const fields = fieldsOf(wire, message)
      const type = numberOf(fields, 1)
      const stat = fieldsOf(wire, bytesOf(fields, 2))
      if (type === packet.stat && stat.length === 0) told()
      else if (type === packet.stat) sent.push(`${textOf(stat, 1)} ${numberOf(stat, 2)} ${numberOf(stat, 5)}`)
      else if (type === packet.data) sent.push(`data ${numberOf(fields, 3)} ${bytesOf(fields, 4).byteLength}`)
      else sent.push('end')
    },
  })
  return sent
}

interface SyncOptions {
  readonly source?: Listing
  /** Key, value, key, value. */
  readonly metadata?: readonly string[]
  /** The engine waits for us. */
  readonly stays?: boolean
}

describe('the files of a context', () => {
  it('are listed in order, and sent in pieces when they are requested by their number', async () => {
    const sent = await sync([0, 2])
    expect(sent.slice(0, 5)).toEqual([
      `a ${0o755 + 2 ** 23} 40000`,
      `deep ${0o777 + 2 ** 31 + 2 ** 20} 0`,
      'deep/b 384 1',
      `link ${0o777 + 2 ** 27} 1`,
      `pipe ${0o600 + 2 ** 25} 0`,
    ])
    const of = (id: number): readonly string[] => sent.filter((line) => line.startsWith(`data ${id} `))
    expect(of(0)).toEqual(['data 0 32768', 'data 0 7232', 'data 0 0'])
    expect(of(2)).toEqual(['data 2 1', 'data 2 0'])
    expect(sent.slice(10)).toEqual(['end'])
  })

  it.each([
    ['as they are', ['exclude-patterns', '100%', 'exclude-patterns', 'a+b'], { excluded: ['100%', 'a+b'] }],
    [
      'decoded where they are marked',
      [
        ...[
          'exclude-patterns',
          '**%2F.env',
          'exclude-patterns',
          'priv%C3%A9+100%25%2B',
          'exclude-patterns-encoded',
          '1',
        ],
        ...['followpaths', '%C3%BC', 'followpaths-encoded', 'true', 'include-patterns', '%41'],
      ],
      { excluded: ['**/.env', 'privé 100%+'], followed: ['ü'], included: ['%41'] },
    ],
    ['with a name that is encoded too', ['dir-name-encoded', '1'], {}],
    ['with what transports add', ['grpc-timeout', '1S', 'traceparent', '00', 'override-excludes', 'true'], {}],
    [
      'with what proxies and tracing add',
      [
        ...['authorization', 'via', 'x-request-id', 'accept-encoding', 'jaeger-debug-id', 'uberctx-user'],
        ...['traceparent', 'baggage', 'other-encoded'],
      ].flatMap((key) => [key, '1']),
      {},
    ],
  ])('are selected by the values of the metadata, %s', async (_, metadata, expected) => {
    const selected: Selection[] = []
    await sync([], { source: listingOf(usualContent, selected), metadata: ['dir-name', 'context', ...metadata] })
    expect(selected).toEqual([{ excluded: [], included: [], followed: [], ...expected }])
  })

  it.each([
    ['a key that is not known', ['exclude-regexps', '.env']],
    ['a marker of a key that is not known', ['exclude-other-encoded', '1']],
    ...['include-regexps', 'hidden-patterns', 'otherpaths', 'override-includes', 'excludes', 'followlinks'].map(
      (key): [string, string[]] => [`the key ${key}`, [key, '1']],
    ),
    ['a value that cannot be decoded', ['exclude-patterns', '%', 'exclude-patterns-encoded', '1']],
  ])('are not sent for %s', async (_, metadata) => {
    const selected: Selection[] = []
    const source = listingOf(usualContent, selected)
    const sending = sync([], { source, metadata: ['dir-name', 'context', ...metadata] })
    await expect(sending).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining(metadata[0] ?? ''),
    })
    expect(selected).toEqual([])
  })

  it('that cannot be read end the call, although the engine waits', async () => {
    async function* unlisted(): AsyncGenerator<TreeEntry, undefined> {
      yield* entries
      throw new Error('no such luck')
    }
    const source: Listing = { entries: unlisted, read: usualContent }
    await expect(sync([], { source, stays: true })).rejects.toThrow('no such luck')
    const failing = { next: () => Promise.reject(new Error('changed its mind')) }
    const unreadable = listingOf(() => ({ [Symbol.asyncIterator]: () => failing }))
    await expect(sync([0], { source: unreadable })).rejects.toThrow('changed its mind')
  })

  it('are truncated to the size that was listed', async () => {
    const source = listingOf(async function* () {
      for (;;) yield Buffer.alloc(30_000)
    })
    const sent = await sync([0], { source })
    expect(sent.slice(5)).toEqual(['data 0 30000', 'data 0 10000', 'data 0 0', 'end'])
  })

  it.each([
    ['has become shorter', async function* (): AsyncGenerator<Uint8Array> {}],
    ['was deleted', () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(gone) }) })],
  ])('of which one %s fail the build by its name', async (words, content) => {
    const sending = sync([0], { source: listingOf(content) })
    await expect(sending).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`\`a\` ${words}`),
    })
  })

  it.each([
    ['a folder', 1],
    ['a link', 3],
    ['a pipe', 4],
  ])('are never read where the engine requests the content of %s', async (_, id) => {
    const read: string[] = []
    const source = listingOf((path) => {
      read.push(path)
      return usualContent(path)
    })
    await expect(sync([id, id, id, id, id], { source })).rejects.toMatchObject({ kind: 'protocol' })
    expect(read).toEqual([])
  })

  it('of another name, and of a number that was never listed, are refused', async () => {
    for (const name of ['other', '', '__proto__', 'constructor'])
      await expect(sync([], { metadata: ['dir-name', name] })).rejects.toMatchObject({ code: 5 })
    await expect(sync([99])).rejects.toMatchObject({ code: 5 })
  })
})

const gone = Object.assign(new Error('no such file'), { code: 'ENOENT' })
