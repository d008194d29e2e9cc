import { must, type Clauses } from './clause.ts'

/** What runs in a container, and what it uses. */
export const usage = {
  'stats.samples': must(
    'containerStats tells, about once a second, what a running container uses: processors, memory and processes.',
  ),
  'stats.limit': must('A limit of memory is told with what is used of it.'),
  'stats.end': must('The samples end with the container; one that does not run has none.'),
  'processes.list': must(
    'containerProcesses tells every process of a running container with its id, its parent’s, its user and its command, those of execs too.',
  ),
  'processes.not-running': must('containerProcesses of one that does not run rejects with CONTAINER_NOT_RUNNING.'),
} as const satisfies Clauses
