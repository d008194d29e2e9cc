import { equal, rejects } from '../../world/assertions.ts'
import { awkwardTexts, decoys } from '../../world/awkward-texts.ts'
import { entriesOf, tarOf } from '../../world/tar.ts'
import type { ContractCase } from '../case.ts'

const needs = ['archives'] as const
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A file and a directory with a file, of each name; the content is the name. */
const everyFile = [...decoys, ...awkwardTexts].flatMap((name) => [
  { name: `file-${name}`, text: name },
  { name: `directory-${name}/inner`, text: name },
])

export const nameCases: readonly ContractCase[] = [
  {
    id: 'archives/names/find-exactly-their-file',
    clauses: ['path.exact'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', tarOf(...everyFile))
      for (const text of awkwardTexts) {
        const file = `/tmp/file-${text}`
        equal(decode(await runtime.readFile(id, `/tmp/directory-${text}/inner`)), text, text)
        const { name, sizeBytes } = await runtime.statPath(id, file)
        equal([name, sizeBytes], [`file-${text}`, Buffer.byteLength(text)], file)
        const copied = await entriesOf(runtime.copyFromContainer(id, file))
        equal(
          copied.map((entry) => [entry.name, entry.text]),
          [[`file-${text}`, text]],
          file,
        )
      }
    },
  },
  {
    id: 'archives/names/write-exactly-their-file',
    clauses: ['path.exact'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', tarOf(...everyFile))
      for (const text of awkwardTexts) {
        await runtime.writeFile(id, `/tmp/directory-${text}/new-${text}`, text)
        await runtime.copyToContainer(id, `/tmp/directory-${text}`, tarOf({ name: `copied-${text}`, text }))
      }
      const files = (await entriesOf(runtime.copyFromContainer(id, '/tmp'))).filter(({ type }) => type === 'file')
      const expected = [
        ...everyFile,
        ...awkwardTexts.flatMap((text) => [
          { name: `directory-${text}/new-${text}`, text },
          { name: `directory-${text}/copied-${text}`, text },
        ]),
      ]
      const sorted = (entries: readonly { readonly name: string; readonly text?: string }[]): readonly string[] =>
        entries.map(({ name, text }) => `${name}: ${text}`).toSorted()
      equal(sorted(files.map(({ name, text = '' }) => ({ name: name.replace('tmp/', ''), text }))), sorted(expected))
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/file-a?'))
    },
  },
]
