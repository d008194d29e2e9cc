import { equal } from '../../world/assertions.ts'
import { countLeft, writeProject } from '../../world/compose.ts'
import type { ContractCase } from '../case.ts'

const needs = ['compose'] as const
const prerequisites = ['compose-command'] as const
const everything = { removeVolumes: true, removeOrphans: true } as const

export const composeDownCases: readonly ContractCase[] = [
  {
    id: 'compose/down/keeps-external-volumes',
    clauses: ['compose.down-external'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const services = { web: { command: programs.forever(), volumes: ['data:/data'] } }
      const { project, write } = await writeProject(world, { services, volumes: ['data'] })
      await runtime.composeUp(project)
      await runtime.composeDown(project)
      await write('compose.yaml', { services, externalVolumes: { data: `${project.projectName}_data` } })
      await runtime.composeUp(project)
      await runtime.composeDown(project, everything)
      equal(await countLeft(world), [0, 0, 1])
    },
  },
  {
    id: 'compose/down/keeps-services-that-the-files-do-not-name',
    clauses: ['compose.down-orphans'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const web = { command: programs.forever() }
      const { project, write } = await writeProject(world, { services: { web, former: web } })
      await runtime.composeUp(project)
      await write('compose.yaml', { services: { web } })
      await runtime.composeDown(project)
      equal(
        (await runtime.composePs(project)).map(({ service, status }) => [service, status]),
        [['former', 'running']],
      )
      await runtime.composeDown(project, { removeOrphans: true })
      equal(await countLeft(world), [0, 0, 0])
    },
  },
  {
    id: 'compose/down/keeps-a-project-of-another-folder',
    clauses: ['compose.down-other-project'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const command = programs.forever()
      const data = { volumes: ['data'] }
      const one = await writeProject(world, { services: { web: { command, volumes: ['data:/data'] } }, ...data })
      const two = await writeProject(world, { services: { api: { command } } })
      const sameName = { ...two.project, projectName: one.project.projectName }
      await runtime.composeUp(one.project)
      await runtime.composeUp(sameName)
      await runtime.composeDown(sameName, everything)
      equal(await countLeft(world), [1, 1, 1])
      await runtime.composeDown(one.project, everything)
      equal(await countLeft(world), [0, 0, 0])
    },
  },
]
