import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downArguments, projectArguments, upArguments } from '../../src/compose/arguments.ts'
import { composeFailed, failureFiles, failureKind } from '../../src/compose/failures.ts'
import { composeEvent } from '../../src/compose/progress.ts'

describe('the arguments of compose', () => {
  it('join values to their flags and make paths absolute, so that none becomes an option or stdin', () => {
    const project = {
      files: ['-', '--help', '/etc/a.yaml'],
      projectName: 'demo',
      workingDirectory: '/work',
      envFiles: ['-x.env'],
      profiles: ['--all'],
    }
    expect(projectArguments(project)).toEqual([
      '--project-name=demo',
      '--project-directory=/work',
      '--file=/work/-',
      '--file=/work/--help',
      '--file=/etc/a.yaml',
      '--env-file=/work/-x.env',
      '--profile=--all',
    ])
    expect(projectArguments({ files: ['a.yaml'] })).toEqual([`--file=${resolve('a.yaml')}`])
    expect(projectArguments({})).toEqual([])
  })

  it('keep services apart from options', () => {
    expect(upArguments({})).toEqual(['up', '--detach', '--'])
    expect(
      upArguments({ services: ['--build'], noRecreate: true, build: 'never', pullPolicy: 'missing', wait: true }),
    ).toEqual(['up', '--detach', '--no-recreate', '--no-build', '--pull=missing', '--', '--build'])
  })

  it('round times up to whole seconds', () => {
    expect(downArguments({})).toEqual(['down'])
    expect(downArguments({ removeVolumes: true, removeOrphans: true, timeoutMs: 1 })).toEqual([
      'down',
      '--volumes',
      '--remove-orphans',
      '--timeout=1',
    ])
  })
})

describe('the progress of compose', () => {
  it.each([
    // 2.26, plain
    [' Container demo-web-1  Started', { resource: 'Container demo-web-1', status: 'Started' }],
    [' Network demo_back  Creating', { resource: 'Network demo_back', status: 'Creating' }],
    [' Volume "demo_data"  Created', { resource: 'Volume "demo_data"', status: 'Created' }],
    // 2.40, JSON
    ['{"id":"Container demo-web-1","status":"Created"}', { resource: 'Container demo-web-1', status: 'Created' }],
    ['{"id":"app","text":"Building"}', { resource: 'app', status: 'Building' }],
    [
      '{"level":"warning","msg":"the attribute `version` is obsolete"}',
      { text: 'the attribute `version` is obsolete' },
    ],
    ['{"level":"info"}', { resource: '', text: '{"level":"info"}' }],
    ['#5 [2/2] RUN echo built', { resource: '', status: '' }],
    ['{ not json', { resource: '', status: '' }],
  ])('%s', (line, expected) => {
    expect(composeEvent(line)).toMatchObject(expected)
  })

  it('says nothing of empty lines', () => {
    expect(composeEvent('  ')).toBeUndefined()
  })
})

describe('a failure of compose', () => {
  it.each([
    ['missing-file', 'open /work/no.yaml: no such file or directory'],
    ['missing-file', 'stat /work/no.yaml: no such file or directory'],
    ['missing-file', 'no configuration file provided: not found'],
    ['missing-file', "couldn't find env file: /work/no.env"],
    ['missing-file', 'env file /work/my own.env not found: stat /work/my own.env: no such file or directory'],
    [
      'other',
      'Failed to initialize: unable to resolve docker endpoint: open /no/such/ca.pem: no such file or directory',
    ],
    ['build', 'failed to solve: failed to read dockerfile: open No.Dockerfile: no such file or directory'],
    ['pull', ' web Pulling \n web Error Get "http://localhost:1/v2/": connect: connection refused'],
    ['invalid-file', 'empty compose file'],
    ['invalid-file', 'Invalid hostPort: 99999'],
    ['invalid-file', 'read /work/folder: is a directory'],
    [
      'missing-variable',
      'error while interpolating services.web.image: required variable X is missing a value: say it',
    ],
    ['dependency-cycle', 'dependency cycle detected: a -> b -> a'],
    ['unknown-service', 'no such service: nobody'],
    ['missing-file', 'bind source path does not exist: /work/secret.txt'],
    ['invalid-file', 'failed to read /work/.env: line 1: key cannot contain a space'],
    ['invalid-file', 'line 1: key cannot contain a space'],
    ['invalid-file', `error decoding 'services[web].stop_grace_period': time: invalid duration "soon"`],
    ['invalid-file', 'Invalid containerPort: y'],
    [
      'invalid-file',
      "unable to get image 'NO/Such': invalid reference format: repository name (Such) must be lowercase",
    ],
    ['invalid-file', 'unsupported external secret s'],
    ['name-in-use', 'Conflict. The container name "/taken" is already in use by container "24657b"'],
    ['name-in-use', 'creating container storage: the container name "taken" is already in use by 8d259a'],
    ['missing-network', 'Error response from daemon: network no-such not found'],
    ['missing-network', 'network no-such declared as external, but could not be found'],
    ['missing-network', 'unable to find network with name or ID no-such: network not found'],
    ['missing-volume', 'external volume "no-such" not found'],
    ['missing-image', 'Error response from daemon: No such image: no/such:1'],
    ['missing-image', 'failed to find image no/such:1: no/such:1: No such image'],
    ['build', 'building at STEP "RUN exit 7": while running runtime: exit status 7'],
    ['build', 'creating build container: reading manifest 1 in no/such: manifest unknown'],
    ['build', 'unable to prepare context: path "/work/no" not found'],
    ['build', `the classic builder doesn't support secrets, set DOCKER_BUILDKIT=1 to use BuildKit`],
    [
      'build',
      '#5 0.1 port is already allocated\nfailed to solve: process "/bin/sh -c x" did not complete successfully',
    ],
    ['pull', 'Image no/such Pulling\nImage no/such Error no such host'],
    ['other', ' web Pulling \n web Pulled \n Network demo_default  Error'],
    ['unhealthy', 'dependency failed to start: container demo-store-1 is unhealthy'],
    ['job-failed', `service "seed" didn't complete successfully: exit 1`],
    ['port-in-use', 'Bind for 0.0.0.0:80 failed: port is already allocated'],
    ['pull', 'manifest for busybox:no not found: manifest unknown'],
    ['build', 'failed to solve: process "/bin/sh -c exit 7" did not complete successfully: exit code: 7'],
    ['invalid-file', 'yaml: line 1: did not find expected node content'],
    ['invalid-file', 'validating /work/compose.yaml: services.web Additional property imaeg is not allowed'],
    ['other', 'something that nobody has heard of'],
  ])('%s: %s', (kind, text) => {
    expect(failureKind(['a line before', text])).toBe(kind)
  })

  it.each([
    ['missing-file', 'open /work/my own.yaml: no such file or directory', ['/work/my own.yaml']],
    ['missing-file', 'env file /work/no.env not found: stat /work/no.env: no such file or directory', ['/work/no.env']],
    ['missing-file', "Couldn't find env file: /work/no.env", ['/work/no.env']],
    ['missing-file', 'no configuration file provided: not found', ['/work/a.yaml', '/b.yaml']],
    [
      'invalid-file',
      'validating /work/a.yaml: services.web Additional property imaeg is not allowed',
      ['/work/a.yaml'],
    ],
    ['invalid-file', 'yaml: line 1: did not find expected node content', ['/work/a.yaml', '/b.yaml']],
    ['missing-file', 'bind source path does not exist: /work/secret.txt', ['/work/secret.txt']],
    ['invalid-file', 'failed to read /work/.env: line 1: key cannot contain a space', ['/work/.env']],
    ['other', 'open /work/no.yaml: no such file or directory', []],
  ] as const)('%s: %s is about the files %j', (kind, text, files) => {
    const project = { workingDirectory: '/work', files: ['a.yaml', '/b.yaml'] }
    expect(failureFiles(kind, ['a line before', text], project)).toEqual(files)
  })

  it('says what went wrong, and not how far compose had come', () => {
    const lastLines = [' Network demo_default  Created', ' Container demo-web-1  Creating', 'Error: no such thing']
    const failure = composeFailed({ operation: 'composeUp', kind: 'other', arguments: [], lastLines })
    expect(failure.message).toBe('composeUp: Error: no such thing. Read the output of compose.')
    expect(failure.details.lastLines).toEqual(lastLines)
  })
})
