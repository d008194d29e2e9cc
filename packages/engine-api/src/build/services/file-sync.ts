import {
  announcedContent,
  MalformedPattern,
  type Listing,
  type Selection,
  type TreeEntry,
} from '@moorage/build-context'
import { TransportError } from '../../transport/errors.ts'
import { GrpcError, grpcStatus, type GrpcMethod } from '../grpc.ts'
import { fieldsOf, messageOf, numberOf, type Wire } from '../messages.ts'
import { unknownSelectionKeys, type Metadata } from '../metadata.ts'

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

/** What BuildKit asks with; the last one is of Docker 20.10, where the client could have patterns of its own. */
const knownKeys = ['dir-name', 'exclude-patterns', 'include-patterns', 'followpaths', 'override-excludes']

/**
 * `moby.filesync.v1.FileSync/DiffCopy`: sends every entry of a listing, and the contents of those files that the
 * engine asks for, which are those that it does not have from before.
 */
export function fileSync(wire: Wire, listings: Readonly<Record<string, Listing>>): GrpcMethod {
  return async ({ metadata, messages, send }) => {
    const { listing, selection } = asked(listings, metadata)
    const entries: TreeEntry[] = []
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise<never>((_, reject) => {
      fail = reject
    })
    let isOver = false
    try {
      // Whatever fails ends all: the engine waits for the one while we wait for it in the other.
      await Promise.race([Promise.all([sendListing(), answer()]), failed])
    } catch (error) {
      throw error instanceof MalformedPattern ? new GrpcError(grpcStatus.invalidArgument, error.message) : error
    } finally {
      isOver = true
    }
    await send(messageOf(wire, { 1: packet.end }))

    async function answer(): Promise<void> {
      const sending = new Set<Promise<void>>()
      for await (const message of messages) {
        if (isOver) return
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

    async function sendListing(): Promise<void> {
      for await (const entry of listing.entries(selection)) {
        if (isOver) return
        entries.push(entry)
        await send(messageOf(wire, { 1: packet.stat, 2: statOf(wire, entry) }))
      }
      await send(messageOf(wire, { 1: packet.stat }))
    }

    async function sendContent(id: number): Promise<void> {
      const entry = entries[id]
      if (entry === undefined) throw new GrpcError(grpcStatus.notFound, `there is no entry ${id}`)
      if (entry.type !== 'file')
        throw new TransportError('protocol', `the engine asked for the content of \`${entry.path}\`, which is no file`)
      for await (const bytes of announcedContent(entry, listing.read(entry.path))) {
        for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
          await send(messageOf(wire, { 1: packet.data, 3: id, 4: bytes.subarray(at, at + pieceBytes) }))
        }
      }
      await send(messageOf(wire, { 1: packet.data, 3: id }))
    }
  }
}

interface Asked {
  readonly listing: Listing
  readonly selection: Selection
}

/** Ignoring an unknown selection could send files that the engine excludes. */
function asked(listings: Readonly<Record<string, Listing>>, metadata: Metadata): Asked {
  const [unknown] = unknownSelectionKeys(metadata, knownKeys)
  if (unknown !== undefined)
    throw new TransportError('protocol', `the engine asked for files with \`${unknown}\`, which is not known`)
  const values = (key: string): readonly string[] => {
    try {
      return metadata.values(key)
    } catch (cause) {
      throw new TransportError('protocol', `the engine asked for files with a malformed \`${key}\``, { cause })
    }
  }
  const [name = ''] = values('dir-name')
  const listing = Object.hasOwn(listings, name) ? listings[name] : undefined
  if (listing === undefined) throw new GrpcError(grpcStatus.notFound, `there is no directory ${name}`)
  return {
    listing,
    selection: {
      excluded: values('exclude-patterns'),
      included: values('include-patterns'),
      followed: values('followpaths'),
    },
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
