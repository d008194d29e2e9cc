import { runContract, type ContractCase, type ContractReport } from '@moorage/runtime-contract-tests'
import type { Runtime } from '@moorage/runtime-core'
import { expect } from 'vitest'
import { withCompose } from './compose-stub.ts'
import { fakeEnvironment, type FakeEnvironmentOptions } from './environment.ts'

/** Cases that wait for what a broken adapter never answers do not wait long. */
const timeScale = 0.05
export const deadlineMs = 240_000

export type Wrap = (runtime: Runtime) => Partial<Runtime>

/** Resources of another user of the engine: a running container with its volumes, and idle ones if wished. */
async function makeResources(runtime: Runtime, image: string, withIdle: boolean) {
  const network = await runtime.createNetwork({ name: 'other-network', labels: { owner: 'other' } })
  const volume = await runtime.createVolume({ name: 'other-volume', labels: { owner: 'other' } })
  const running = await runtime.runContainer({
    name: 'other-container',
    image,
    command: ['forever'],
    networks: [{ network: network.name }],
    mounts: [
      { type: 'volume', source: volume.name, target: '/data' },
      { type: 'volume', target: '/anonymous' },
    ],
  })
  const built = await runtime.buildImage({
    context: { files: { Dockerfile: `FROM ${image}\n` } },
    tags: ['other-image:1'],
    labels: { owner: 'other' },
  })
  if (withIdle) await runtime.createContainer({ name: 'other-idle', image: built.id, labels: { owner: 'other' } })
  const look = async (): Promise<unknown> => {
    const container = await runtime.inspectContainer(running.id)
    return [
      container,
      await Promise.all(container.mounts.map(({ source }) => runtime.inspectVolume(source))),
      await runtime.inspectNetwork(network.id),
      await runtime.inspectImage(built.id),
      withIdle && (await runtime.inspectContainer('other-idle')),
    ]
  }
  return { look, before: await look() }
}

/** A run on an engine that has resources of another user, who looks at them before and after it. */
export async function runBesideOthers(
  wrap: Wrap,
  only: (contractCase: ContractCase) => boolean = () => true,
  options: FakeEnvironmentOptions & { readonly withIdle?: boolean } = {},
): Promise<ContractReport> {
  const environment = fakeEnvironment({
    ...options,
    wrap: (runtime) => {
      const broken = { ...runtime, ...wrap(runtime) }
      // Compose finds its containers by the broken lists too.
      return options.compose === true ? withCompose(broken) : broken
    },
  })
  const other = environment.openUnwrapped()
  const { before, look } = await makeResources(other, environment.programs.image, options.withIdle ?? false)
  const report = await runContract({ name: 'broken', ...environment, timeScale, strict: true, only })
  expect(await look()).toEqual(before)
  await other.close()
  return report
}
