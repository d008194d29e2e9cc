// Checks the shape of the repository: sizes of files, walls between packages, declared dependencies, cycles, purity of
// the core. Prints one line per finding and exits 1 if there is any. An argument names another root to check.
import { fileURLToPath } from 'node:url'
import { checkStructure } from './structure.mjs'

const root = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url))
const { findings, files, packages } = await checkStructure(root)

for (const { path, line, message } of findings) console.error(`${path}:${line}  ${message}`)
console.log(`structure: ${files} files in ${packages} packages, ${findings.length} findings`)
process.exitCode = findings.length > 0 ? 1 : 0
