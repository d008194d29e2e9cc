import { select, type Tree, type TreeEntry } from '@moorage/build-context'
import type { GrpcMethod } from '../grpc.ts'
import { fieldsOf, messageOf, numberOf, type Wire } from '../messages.ts'
import { GrpcError, grpcStatus } from '../grpc.ts'

/** The packets of `DiffCopy`. */
const packet = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const

/** File modes in Go's own bits. */
const goMode = {
  directory: 2 ** 31,
  symlink: 2 ** 27,
  fifo: 2 ** 25,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  sticky: 2 ** 20,
} as const

const pieceBytes = 32 * 1024

/** So many are read and sent beside each other: most files of a context are small. */
const filesAtOnce = 8

/**
 * `moby.filesync.v1.FileSync/DiffCopy`: tells every entry of a tree, and sends the contents of those that the engine asks
 * for, which are those that it does not have from before.
 */
export function fileSync(wire: Wire, trees: Readonly<Record<string, Tree>>): GrpcMethod {
  return async ({ metadata, messages, send }) => {
    const [name = ''] = metadata('dir-name')
    const tree = trees[name]
    if (tree === undefined) throw new GrpcError(grpcStatus.notFound, `there is no directory ${name}`)
    const selection = { excluded: metadata('exclude-patterns'), followed: metadata('followpaths') }
    const entries: TreeEntry[] = []
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise<never>((_, reject) => {
      fail = reject
    })
    // Whatever fails ends all: the engine waits for the one while we wait for it in the other.
    await Promise.race([Promise.all([tell(), answer()]), failed])
    await send(messageOf(wire, { 1: packet.end }))

    async function answer(): Promise<void> {
      const sending = new Set<Promise<void>>()
      for await (const message of messages) {
        const fields = fieldsOf(wire, message)
        const type = numberOf(fields, 1)
        if (type === packet.end) break
        if (type !== packet.request) continue
        const one = sendContent(numberOf(fields, 3))
        sending.add(one)
        one.catch(fail).finally(() => sending.delete(one))
        if (sending.size >= filesAtOnce) await Promise.race(sending)
      }
      await Promise.all(sending)
    }

    async function tell(): Promise<void> {
      for await (const entry of select(tree as Tree, selection)) {
        entries.push(entry)
        await send(messageOf(wire, { 1: packet.stat, 2: statOf(wire, entry) }))
      }
      await send(messageOf(wire, { 1: packet.stat }))
    }

    async function sendContent(id: number): Promise<void> {
      const entry = entries[id]
      if (entry === undefined) throw new GrpcError(grpcStatus.notFound, `there is no entry ${id}`)
      for await (const bytes of (tree as Tree).read(entry.path)) {
        for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
          await send(messageOf(wire, { 1: packet.data, 3: id, 4: bytes.subarray(at, at + pieceBytes) }))
        }
      }
      await send(messageOf(wire, { 1: packet.data, 3: id }))
    }
  }
}

function statOf(wire: Wire, { path, type, mode, sizeBytes, modifiedAt, linkTarget = '' }: TreeEntry): Uint8Array {
  const kind = type === 'file' ? 0 : goMode[type]
  const special =
    (mode & 0o4000 ? goMode.setuid : 0) + (mode & 0o2000 ? goMode.setgid : 0) + (mode & 0o1000 ? goMode.sticky : 0)
  return messageOf(wire, {
    1: path,
    2: (mode & 0o777) + special + kind,
    5: sizeBytes,
    6: modifiedAt,
    7: linkTarget,
  })
}
