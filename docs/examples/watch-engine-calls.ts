import { subscribe } from 'node:diagnostics_channel'
import { openRuntime } from '@moorage/runtime'

// Of every request that an engine gets; the fake has none.
subscribe('moorage:engine-call', (message) => {
  console.error(message)
})

const { runtime } = await openRuntime({
  allowFake: true,
  // What an aborted or failed call has left behind, and could not be removed.
  onCleanupFailure: ({ operation, error }) => console.error(`${operation} left something: ${error}`),
})
console.log((await runtime.listContainers()).length >= 0)
await runtime.close()
