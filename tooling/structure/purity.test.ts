import { describe, expect, it } from 'vitest'
import { findingsIn, manifest } from './scratch.ts'

function findingsInCore(text: string, part = 'src'): Promise<readonly string[]> {
  return findingsIn({ ...manifest('runtime-core'), [`packages/runtime-core/${part}/a.ts`]: text })
}

describe('the core', () => {
  it.each([
    [`import { readFile } from 'node:fs'`, 'imports node:fs'],
    [`import type { Readable } from 'stream'`, 'imports stream'],
    [`export const open = () => import('node:net')`, 'imports node:net'],
    ['export const x = process.env', 'uses process'],
    ['export const x = { process }', 'uses process'],
    ['export const x = typeof process', 'uses process'],
    ['export const x = (bytes: Buffer): void => {}', 'uses Buffer'],
    ['export let x: NodeJS.Timeout', 'uses NodeJS'],
    ['export const x = globalThis.process', 'uses globalThis.process'],
    [`export const x = globalThis['Buffer']`, 'uses globalThis.Buffer'],
    ['setImmediate(() => {})', 'uses setImmediate'],
    ['export const x = import.meta.dirname', 'uses import.meta.dirname'],
    ['export const f = (process: number) => process; process.exit()', 'uses process'],
  ])('does not need Node: %s', async (text, message) => {
    expect(await findingsInCore(`\n${text}`)).toEqual([
      expect.stringContaining(`packages/runtime-core/src/a.ts:2 runtime-core ${message}`),
    ])
  })

  it.each([
    'export const f = (process: { pid: number }) => process.pid',
    'export const f = ({ process, ...module }: X) => [process, module]',
    'export const f = ([process = 1]: number[]) => { return () => process }',
    'export interface X { process: string; module(): void; [exports: string]: unknown }',
    'export type F = (process: string, ...module: string[]) => void',
    'export const x = { process: 1, module() {} }; x.process = x.module()',
    'for (const process of list) use(process)',
    'try { x() } catch (process) { use(process) }',
    `import { x as process } from './b.ts'; use(process)`,
    'export class X { process = 1; get module() { return this.process } }',
    `export const x = [setTimeout, new TextEncoder(), new AbortController(), 'process', globalThis.fetch]`,
  ])('may use its own names: %s', async (text) => {
    const found = await findingsInCore(text)
    expect(found.filter((line) => !line.includes('no such file'))).toEqual([])
  })

  it('may be tested with Node', async () => {
    expect(await findingsInCore(`import 'node:fs'\nprocess.exit()`, 'test')).toEqual([])
  })
})
