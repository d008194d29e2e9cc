// Writes the page of the contract anew from its clauses and cases.
import { writeFile } from 'node:fs/promises'
import { contractPage } from '@moorage/runtime-contract-tests'

await writeFile(new URL('../../packages/runtime-contract-tests/CONTRACT.md', import.meta.url), contractPage())
