import { streamFrom, type ContainerStatsSample } from '@moorage/runtime-core'
import { around, instead, mutant, type Mutant } from './mutant.ts'

function samples(
  name: string,
  breaks: readonly string[],
  change: (sample: ContainerStatsSample) => ContainerStatsSample,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    containerStats(id, options) {
      async function* changed(): AsyncGenerator<ContainerStatsSample, undefined> {
        for await (const sample of runtime.containerStats(id, options)) yield change(sample)
      }
      return streamFrom(changed())
    },
  }))
}

const nothing: ContainerStatsSample = {
  at: '0001-01-01T00:00:00Z',
  cpuUsage: 0,
  memoryBytes: 0,
  pids: 0,
  networkReceivedBytes: 0,
  networkSentBytes: 0,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
}

export const usageMutants: readonly Mutant[] = [
  samples('nobody uses memory', ['usage/stats/tell-what-is-used'], (sample) => ({ ...sample, memoryBytes: 0 })),
  samples('limits are not told', ['usage/stats/tell-the-limit'], ({ memoryLimitBytes: _limit, ...rest }) => rest),
  mutant(
    'what does not run is told with zeros',
    ['usage/stats/end-with-the-container', 'usage/stats/of-what-does-not-run-are-none'],
    (runtime) => ({
      containerStats(id, options) {
        async function* changed(): AsyncGenerator<ContainerStatsSample, undefined> {
          yield* runtime.containerStats(id, options)
          yield nothing
        }
        return streamFrom(changed())
      },
    }),
  ),
  mutant('only the first process is told', ['usage/processes/are-all-told'], (runtime) => ({
    containerProcesses: async (id, options) => (await runtime.containerProcesses(id, options)).slice(0, 1),
  })),
  mutant('what does not run has processes', ['usage/processes/need-one-that-runs'], (runtime) =>
    around(runtime, 'containerProcesses', instead('CONTAINER_NOT_RUNNING', 'success')),
  ),
]
