import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sourceOf, type BuildSource } from '@moorage/build-context'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contextArchive } from '../../src/builds/archive.ts'

/** More than everything between the file and its reader holds. */
const sizeBytes = 2_000_000

describe('a directory that changes while it is sent', () => {
  let root: string
  let source: BuildSource
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'moorage-changing-'))
    for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), 'x'.repeat(sizeBytes))
    source = await sourceOf('buildImage', { context: { directory: root }, dockerfile: { inline: 'FROM scratch' } })
  })
  afterEach(async () => {
    await source[Symbol.asyncDispose]()
    await rm(root, { recursive: true })
  })

  /** The files that arrive of a context to which this is done once its first file is on its way. */
  async function arriving(change: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
    const archive = extract()
    const sizes: Record<string, number> = {}
    let isChanged = false
    const feeding = (async () => {
      for await (const piece of contextArchive(source)) {
        if (!isChanged) await change()
        isChanged = true
        archive.write(piece)
      }
      archive.end()
    })()
    feeding.catch(() => archive.destroy())
    try {
      for await (const entry of archive) {
        let bytes = 0
        for await (const piece of entry) bytes += (piece as Uint8Array).byteLength
        sizes[entry.header.name] = bytes
      }
    } catch {
      // What it says comes from the source.
    }
    await feeding
    return sizes
  }

  it('is sent without the files that have gone', async () => {
    const sizes = await arriving(() => rm(join(root, 'c')))
    expect(sizes).toMatchObject({ a: sizeBytes, b: sizeBytes })
    expect(sizes).not.toHaveProperty('c')
  })

  it('is sent with as much of a file as there was', async () => {
    // Not written anew, for a moment of which it would be empty.
    const sizes = await arriving(() => appendFile(join(root, 'a'), 'y'.repeat(sizeBytes)))
    expect(sizes['a']).toBe(sizeBytes)
  })

  it('is refused when a file becomes shorter', async () => {
    await expect(arriving(() => truncate(join(root, 'a'), 10))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'spec.context.directory' },
    })
  })
})
