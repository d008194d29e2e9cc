// Runs everything that `pnpm test` promises, stage by stage, and sums up all tests in one plain last line.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { stagesFor } from './stages.mjs'
import { run } from './run.mjs'

const results = new URL('../../.results/', import.meta.url)
await rm(results, { recursive: true, force: true })
await mkdir(results, { recursive: true })

const totals = { passed: 0, failed: 0, skipped: 0 }
const broken = []

for (const stage of stagesFor(process.env)) {
  console.log(`\n== ${stage.name} (at most ${stage.budgetMinutes} min)`)
  const outcome = await run(stage)
  if (!outcome.ok) broken.push(`${stage.name}: ${outcome.reason}`)
  if (stage.report === undefined) continue
  const counts = await readCounts(new URL(stage.report, results))
  const ran = counts === undefined ? 0 : counts.passed + counts.failed
  // Where no engine is there, each of their tests is skipped with a line that says so.
  if (ran === 0 && !(stage.maySkipAll === true && (counts?.skipped ?? 0) > 0)) {
    broken.push(`${stage.name}: ran no test`)
    continue
  }
  for (const key of Object.keys(totals)) totals[key] += counts[key]
}

console.log('')
for (const line of broken) console.log(`FAILED  ${line}`)
// A stage that broke without a failing test of its own must still show in the line that is read by machines.
const failed = totals.failed === 0 ? broken.length : totals.failed
console.log(`${totals.passed} passed, ${failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`)
process.exitCode = broken.length > 0 || failed > 0 ? 1 : 0

async function readCounts(file) {
  try {
    const report = JSON.parse(await readFile(file, 'utf8'))
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch {
    return undefined
  }
}
