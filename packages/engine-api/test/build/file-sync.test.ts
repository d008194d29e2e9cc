import type { Tree, TreeEntry } from '@moorage/build-context'
import { describe, expect, it } from 'vitest'
import { bytesOf, fieldsOf, loadWire, messageOf, numberOf, textOf } from '../../src/build/messages.ts'
import { fileSync } from '../../src/build/services/file-sync.ts'

const wire = await loadWire()
const packet = { stat: 0, request: 1, data: 2, end: 3 } as const

const entries: Readonly<Record<string, readonly TreeEntry[]>> = {
  '': [
    { path: 'a', type: 'file', mode: 0o4755, sizeBytes: 40_000, modifiedAt: 1_700_000_000_000_000_000 },
    { path: 'deep', type: 'directory', mode: 0o1777, sizeBytes: 0, modifiedAt: 0 },
    { path: 'link', type: 'symlink', mode: 0o777, sizeBytes: 1, modifiedAt: 0, linkTarget: 'a' },
  ],
  deep: [{ path: 'deep/b', type: 'file', mode: 0o600, sizeBytes: 1, modifiedAt: 0 }],
}

const tree: Tree = {
  children: async (folder) => entries[folder] ?? [],
  async *read(path) {
    yield Buffer.alloc(path === 'a' ? 40_000 : 1, path)
  },
}

/** What the engine is sent, packet by packet, when it asks for these. */
async function sync(
  asked: readonly number[],
  { source = tree, metadata = {}, stays = false }: SyncOptions = {},
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
  const values: Readonly<Record<string, readonly string[]>> = { 'dir-name': ['context'], ...metadata }
  await fileSync(wire, { context: source })({
    metadata: (key) => values[key] ?? [],
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
  readonly source?: Tree
  readonly metadata?: Readonly<Record<string, readonly string[]>>
  /** The engine waits for us. */
  readonly stays?: boolean
}

describe('the files of a context', () => {
  it('are told in order, and sent in pieces when they are asked for by their number', async () => {
    const sent = await sync([0, 2])
    expect(sent.slice(0, 4)).toEqual([
      `a ${0o755 + 2 ** 23} 40000`,
      `deep ${0o777 + 2 ** 31 + 2 ** 20} 0`,
      'deep/b 384 1',
      `link ${0o777 + 2 ** 27} 1`,
    ])
    const of = (id: number): readonly string[] => sent.filter((line) => line.startsWith(`data ${id} `))
    expect(of(0)).toEqual(['data 0 32768', 'data 0 7232', 'data 0 0'])
    expect(of(2)).toEqual(['data 2 1', 'data 2 0'])
    expect(sent.slice(9)).toEqual(['end'])
  })

  it('are those that the engine follows, without those that it leaves out', async () => {
    const told = await sync([], { metadata: { followpaths: ['link', 'deep'], 'exclude-patterns': ['deep/b'] } })
    expect(told.map((line) => line.split(' ')[0])).toEqual(['a', 'deep', 'link', 'end'])
  })

  it('that cannot be read end the call, although the engine waits', async () => {
    const source: Tree = { ...tree, children: () => Promise.reject(new Error('no such luck')) }
    await expect(sync([], { source, stays: true })).rejects.toThrow('no such luck')
    const failing = { next: () => Promise.reject(new Error('changed its mind')) }
    const unreadable: Tree = { ...tree, read: () => ({ [Symbol.asyncIterator]: () => failing }) }
    await expect(sync([0], { source: unreadable })).rejects.toThrow('changed its mind')
  })

  it('of another name, and of a number that was never told, are refused', async () => {
    await expect(sync([], { metadata: { 'dir-name': ['other'] } })).rejects.toMatchObject({ code: 5 })
    await expect(sync([99])).rejects.toMatchObject({ code: 5 })
  })
})
