import { describe, expect, it } from 'vitest'
import { IgnoreRules, patternsOf } from '../src/ignore.ts'
import { MalformedPattern } from '../src/pattern.ts'
import { select } from '../src/selection.ts'
import { memoryTree } from '../src/listed.ts'

describe('an ignore file', () => {
  it.each([
    ['*.log', ['a.log'], ['a.txt', 'sub/a.log', 'a.log.txt']],
    ['**/*.log', ['a.log', 'sub/a.log', 'a/b/c.log'], ['a.logs']],
    ['**', ['a', 'a/b'], []],
    ['sub', ['sub', 'sub/a', 'sub/a/b'], ['subs', 'a/sub']],
    ['/sub/', ['sub', 'sub/a'], ['a/sub']],
    ['./sub/../other', ['other'], ['sub']],
    ['../src', [], ['src', 'src/a']],
    ['/../src', ['src'], ['a/src']],
    ['**/.env', ['.env', 'a/b/.env'], ['a.env', '.envs']],
    ['**.env', ['.env', 'a.env', 'a/b.env'], ['a.envs']],
    ['privé', ['privé'], ['prive']],
    ['?', ['a', 'é', '😀'], ['ab']],
    ['[!a]', ['!', 'a'], ['b']],
    ['[a-c\\]]x', ['bx', ']x'], ['dx']],
    ['a**', ['a', 'a/b', 'abc/d'], ['b/a']],
    ['a**b', ['ab', 'ax/b'], ['axb']],
    ['sub/*', ['sub/a', 'sub/a/b'], ['sub']],
    ['*/temp', ['a/temp'], ['temp', 'a/b/temp']],
    ['temp?', ['temp1', 'tempa'], ['temp', 'temp12', 'temp/']],
    ['[ab].txt', ['a.txt', 'b.txt'], ['c.txt', 'ab.txt']],
    ['[^a].txt', ['b.txt'], ['a.txt']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/bb', 'b']],
    ['name with space', ['name with space'], ['name']],
    ['a\\*b', ['a*b'], ['axb']],
    ['(x)+.$', ['(x)+.$'], ['x']],
  ])('with %s', (pattern, ignored, kept) => {
    const rules = new IgnoreRules(patternsOf(pattern))
    expect(ignored.filter((path) => !rules.ignores(path))).toEqual([])
    expect(kept.filter((path) => rules.ignores(path))).toEqual([])
  })

  it.each([
    ['a*b*c*', ['abc', 'a1b2c3', 'abc/d'], ['ab/c', 'acb']],
    ['**/a/**/b/**/*.c', ['a/b/.c', 'x/a/x/b/x/y.c', 'a/b/y.c/z'], ['a/y.c', 'a/b/c']],
    ['*[^a-c]*?*', ['add', 'xy/z'], ['ab', 'b', 'd']],
    ['**a**b**c**d', ['a/b/c/d', 'abcd'], ['a/bc/x']],
  ])('with more wildcards, %s', (pattern, ignored, kept) => {
    const rules = new IgnoreRules([pattern])
    expect(ignored.filter((path) => !rules.ignores(path))).toEqual([])
    expect(kept.filter((path) => rules.ignores(path))).toEqual([])
  })

  it.each([
    ['*a'.repeat(10) + 'b', 'a'.repeat(40)],
    ['**/'.repeat(8) + 'x', 'a/'.repeat(40) + 'y'],
    ['*'.repeat(2000) + 'b', 'a'.repeat(500)],
    [`${'***a'.repeat(20)}b`, 'a/a'.repeat(60)],
  ])('with many wildcards (%#) does not backtrack', (pattern, path) => {
    expect(new IgnoreRules([pattern]).ignores(path)).toBe(false)
  })

  it('takes back with an exclamation mark; the last pattern that fits decides', () => {
    const rules = new IgnoreRules(['*.md', '!README*.md', 'README-secret.md'])
    expect(['a.md', 'README.md', 'README-secret.md'].map((path) => rules.ignores(path))).toEqual([true, false, true])
    const inner = new IgnoreRules(['node_modules', '!node_modules/keep'])
    expect(['node_modules/a', 'node_modules/keep/b'].map((path) => inner.ignores(path))).toEqual([true, false])
  })

  it('is read without comments, empty lines and spaces around', () => {
    expect(patternsOf('\uFEFF# no\n\n  a \r\n#b\n!c\n ! /d/\n # e\n')).toEqual(['a', '!c', '!d', '# e'])
  })

  it.each(['[', '[]', '[a', '[a-', '[b-a]', '[-a]', 'a\\', '!', '!['])('with %s is refused', (pattern) => {
    expect(() => new IgnoreRules(patternsOf(pattern))).toThrow(MalformedPattern)
  })

  it.each([
    [['*', '!keep'], 'other', false],
    [['*', '!keep'], 'keep', true],
    [['*', '!keep/a/b'], 'keep', true],
    [['*', '!keep/a/b'], 'keep/b', false],
    [['*', '!keep/**'], 'keep', true],
    [['*', '!keep/*/*'], 'keep/a', true],
    [['*', '!**/*.ts'], 'other', true],
  ])('with %j may take back what is in %s: %j', (patterns, folder, expected) => {
    expect(new IgnoreRules(patterns).mayTakeBack(folder)).toBe(expected)
  })
})

describe('what is sent of a context', () => {
  const tree = memoryTree({ 'a.txt': '', 'b/c.txt': '', 'b/d/e.txt': '', 'b.txt': '', ü: '', '😀': '', ﬀ: '' })
  const paths = async (excluded: readonly string[], followed: readonly string[] = []): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { path } of select(tree, { excluded, followed })) found.push(path)
    return found
  }

  it('is told folder by folder, in the order of UTF-8', async () => {
    expect(await paths([])).toEqual(['a.txt', 'b', 'b/c.txt', 'b/d', 'b/d/e.txt', 'b.txt', 'ü', 'ﬀ', '😀'])
  })

  it('has no folder that is left out, unless something in it is taken back', async () => {
    expect(await paths(['b', '?', 'ﬀ', '😀', '**/*.md'])).toEqual(['a.txt', 'b.txt'])
    expect(await paths(['*', '!b/d'])).toEqual(['b', 'b/d', 'b/d/e.txt'])
  })

  it('is what is asked for, with the folders that lead there', async () => {
    expect(await paths([], ['b/d'])).toEqual(['b', 'b/d', 'b/d/e.txt'])
    expect(await paths([], ['*.txt', 'b/*.txt'])).toEqual(['a.txt', 'b', 'b/c.txt', 'b.txt'])
    expect(await paths([], ['nothing'])).toEqual([])
    expect(await paths([], ['.'])).toHaveLength(9)
  })
})
