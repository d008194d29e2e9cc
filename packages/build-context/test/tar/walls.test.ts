import { describe, expect, it } from 'vitest'
import { scanTar } from '../../src/tar/scan.ts'
import { ArchiveWalls } from '../../src/tar/walls.ts'
import { inPieces, rawTar, type RawEntry } from './raw.ts'

const link = (name: string, linkName: string): RawEntry => ({ name, type: '2', linkName })
const hard = (name: string, linkName: string): RawEntry => ({ name, type: '1', linkName })
const file = (name: string): RawEntry => ({ name, content: 'x' })
const folder = (name: string): RawEntry => ({ name: `${name}/`, type: '5' })

type Case = readonly [how: string, entries: readonly RawEntry[]]

async function breachOf(entries: readonly RawEntry[], directory?: string): Promise<string | undefined> {
  const walls = new ArchiveWalls(directory === undefined ? [] : [directory])
  for await (const piece of scanTar(inPieces(rawTar(...entries)))) {
    const breach = piece.kind === 'entry' ? walls.place(piece.entry).breach : undefined
    if (breach !== undefined) return breach
  }
  return undefined
}

describe('an archive leaves its directory', () => {
  it.each<Case>([
    ['by its name', [file('a/../../b')]],
    ['by a hard link', [hard('h', '../b')]],
    ['through an absolute link', [link('out', '/etc'), file('out/x')]],
    ['through a link to above', [link('out', '../etc'), file('out/x')]],
    ['through a link in a folder', [folder('a'), link('a/out', '../../etc'), file('a/out/x')]],
    ['through a link to a link', [link('a', '/'), link('b', 'a/etc'), file('b/x')]],
    ['through a link that is written otherwise', [link('./out', '/etc'), file('.//out/./x')]],
    ['through a link and back', [link('a', '.'), link('b', 'a/..'), file('b/x')]],
    ['by a hard link through a link', [link('out', '/etc'), hard('h', 'out/passwd')]],
    ['through a hard link to a link', [link('out', '/etc'), hard('other', 'out'), file('other/x')]],
    ['by a link through a link', [link('out', '/etc'), link('out/l', 'x')]],
    ['by a folder in the place of a link', [link('out', '/etc'), folder('out')]],
    ['through a link to what only begins alike', [link('out', '/target/here-not'), file('out/x')]],
    ['through a circle', [link('a', 'b'), link('b', 'a'), file('a/x')]],
  ])('%s', async (_, entries) => {
    expect(await breachOf(entries, '/target/here')).toMatch(/leaves it/)
    expect(await breachOf(entries)).toMatch(/leaves it/)
  })
})

describe('an archive stays within its directory', () => {
  it.each<Case>([
    ['with links that lead out, and nothing behind them', [link('out', '/etc'), link('up', '../..'), file('x')]],
    ['through a link to a folder', [folder('in'), link('l', 'in'), file('l/x')]],
    ['through an absolute link to below it', [folder('in'), link('l', '/target/here/in'), file('l/x')]],
    ['through a link that is up and down', [folder('in/deep'), link('in/l', '../in/deep'), file('in/l/x')]],
    ['with a file in the place of a link', [link('out', '/etc'), file('out'), file('out')]],
    ['with a hard link to a link', [link('out', '/etc'), hard('h', 'out')]],
    ['through what was a link before', [link('out', '/etc'), file('out'), hard('h', 'out')]],
  ])('%s', async (_, entries) => {
    expect(await breachOf(entries, '/target/here/')).toBeUndefined()
  })

  it('whatever its links are, where the directory is the root', async () => {
    expect(await breachOf([link('out', '/etc'), file('out/x'), link('up', '../..'), file('up/x')], '/')).toBeUndefined()
  })
})
