import { busyboxPrograms, runContract, summaryLine } from '@moorage/runtime-contract-tests'
import { createFakeRuntime, FakeEngine } from '@moorage/runtime-fake'

// Your engine and your adapter in their place.
const engine = new FakeEngine({ images: { 'busybox:1': {} } })
const report = await runContract({
  name: 'my adapter',
  // Every runtime that is opened must be on the same engine.
  open: async () => createFakeRuntime({ engine }),
  // An image with a busybox shell that your engine has; or a table of programs of your own.
  programs: busyboxPrograms('busybox:1'),
  // While you write it: one area after the other.
  only: ({ id }) => id.startsWith('calls/missing/') || id.startsWith('volumes/create/'),
})
for (const { id, reason } of report.unexpected) console.log(`${id}: ${reason}`)
console.log(summaryLine(report))
engine.dispose()
