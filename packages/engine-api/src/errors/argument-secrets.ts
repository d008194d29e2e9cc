import { resolve } from 'node:path'
import type { ContainerJson } from '../containers/json.ts'
import { CallSecrets } from './call-secrets.ts'
import { isPlain, isSecretName } from './secret-values.ts'

type Unknowns = Readonly<Record<string, unknown>>

/**
 * The secrets in the arguments of a method, by the names of the fields that may hold some. Files of a build context are
 * none: what a step writes about a Dockerfile or a source is what its author needs to read.
 */
export function secretsOf(operation: string, given: readonly unknown[]): CallSecrets {
  const content = operation === 'writeFile' ? given[2] : undefined
  const others = operation === 'writeFile' ? given.toSpliced(2, 1) : given
  const signals = others.flatMap((each) =>
    isRecord(each) && each['signal'] instanceof AbortSignal ? each['signal'] : [],
  )
  const secrets = new CallSecrets([operation, ...others.flatMap(publicTexts)], signals)
  for (const argument of others) if (isRecord(argument)) addFields(secrets, argument)
  if (isContent(content)) secrets.addSecret('content', content)
  if (operation.startsWith('compose')) addProject(secrets, given[0])
  return secrets
}

/**
 * Those of a container that exists already: an engine that cannot start it writes about what it was created with. An
 * inspect of any shape is read: this is on the way of another error.
 */
export function addContainer(
  secrets: CallSecrets,
  { Config, HostConfig }: Partial<Pick<ContainerJson, 'Config' | 'HostConfig'>>,
): void {
  const config = fieldsOf(Config)
  const variables: unknown = config['Env']
  for (const entry of Array.isArray(variables) ? variables : []) {
    const [, name = '', value = ''] = (typeof entry === 'string' && /^([^=]*)=(.*)$/s.exec(entry)) || []
    secrets.addValue(`env.${name}`, value)
  }
  laterArguments(secrets, 'command', config['Cmd'])
  laterArguments(secrets, 'entrypoint', config['Entrypoint'])
  healthcheck(secrets, 'healthcheck', { test: fieldsOf(config['Healthcheck'])['Test'] })
  labels(secrets, 'labels', config['Labels'])
  values(secrets, 'logDriver.options', fieldsOf(fieldsOf(HostConfig)['LogConfig'])['Config'])
}

/** Names, references and paths; what they say may be in every text. */
function publicTexts(argument: unknown): readonly string[] {
  if (typeof argument === 'string') return [argument]
  return entriesOf(argument).flatMap(([name, value]) => {
    if (Object.hasOwn(readers, name) || isSecretName(name)) return []
    return [value].flat().filter((item) => typeof item === 'string')
  })
}

function addFields(secrets: CallSecrets, fields: Unknowns): void {
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(readers, name)) readers[name]?.(secrets, name, value)
    else if (isRecord(value)) addFields(secrets, value)
    else if (Array.isArray(value)) for (const item of value) if (isRecord(item)) addFields(secrets, item)
  }
}

type Reader = (secrets: CallSecrets, name: string, value: unknown) => void

const values: Reader = (secrets, name, map) => {
  for (const [key, value] of entriesOf(map)) if (typeof value === 'string') secrets.addValue(`${name}.${key}`, value)
}

const labels: Reader = (secrets, name, map) => {
  for (const [key, value] of entriesOf(map))
    if (typeof value === 'string' && isSecretName(key)) secrets.addValue(`${name}.${key}`, value)
}

/** The program is none of them; a text is a command of a shell. */
const laterArguments: Reader = (secrets, name, given) => {
  if (typeof given === 'string') addArguments(secrets, [[name, given]])
  if (Array.isArray(given))
    addArguments(
      secrets,
      given.flatMap((text: unknown, index) =>
        index > 0 && typeof text === 'string' ? [[`${name}[${index}]`, text] as const] : [],
      ),
    )
}

const healthcheck: Reader = (secrets, name, given) => laterArguments(secrets, `${name}.test`, fieldsOf(given)['test'])

const quotes = /^["']|["']$/g

function addArguments(secrets: CallSecrets, given: readonly (readonly [field: string, text: string])[]): void {
  for (const [index, [field, text]] of given.entries()) {
    const [, before = ''] = given[index - 1] ?? []
    const isOption = /^--?[a-z][a-z-]*$/i.test(text)
    const followsSecret = /^--?[\w-]+$/.test(before) && (isSecretName(before) || before === '-p')
    if (followsSecret && !isOption && (/^[a-z]+$/.test(text) || !isPlain(text))) secrets.addSecret(field, text)
    const [, joined] = /^-p([^\s=]{4,})$/.exec(text) ?? []
    if (joined !== undefined) secrets.addSecret(field, joined)
    const [, password] = /^(?:-u|--user)$/.test(before) ? (/^[^\s:]+:(\S+)$/.exec(text) ?? []) : []
    if (password !== undefined) secrets.addSecret(field, password)
    const words = text.split(/\s+/).map((word) => word.replaceAll(quotes, ''))
    if (words.length > 1)
      addArguments(
        secrets,
        words.map((word) => [field, word]),
      )
    if (!isOption && !words.every((word) => isPlain(word) || word === '')) secrets.addValue(field, text)
  }
}

const credentials: Reader = (secrets, name, given) => {
  const { username, password } = fieldsOf(given)
  if (typeof username === 'string' && typeof password === 'string') secrets.addSecret(name, `${username}:${password}`)
  for (const [key, value] of entriesOf(given)) {
    if (isRecord(value)) credentials(secrets, `${name}.${key}`, value)
    else if (typeof value === 'string' && key !== 'username') secrets.addSecret(`${name}.${key}`, value)
  }
}

const buildSecrets: Reader = (secrets, name, map) => {
  for (const [id, given] of entriesOf(map)) {
    const field = `${name}.${id}`
    const { value, file, env } = isRecord(given) ? given : {}
    if (isContent(value)) secrets.addSecret(field, value)
    if (typeof file === 'string') secrets.addFile(field, file, false)
    if (typeof env === 'string') secrets.addSecret(field, process.env[env] ?? '')
  }
}

const readers: Readonly<Record<string, Reader>> = {
  env: values,
  buildArguments: values,
  options: values,
  storageOptions: values,
  command: laterArguments,
  entrypoint: laterArguments,
  healthcheck,
  labels,
  credentials,
  secrets: buildSecrets,
  stdin: (secrets, name, value) => {
    if (isContent(value)) secrets.addSecret(name, value)
  },
}

function addProject(secrets: CallSecrets, project: unknown): void {
  const { envFiles, workingDirectory } = isRecord(project) ? project : {}
  const folder = resolve(typeof workingDirectory === 'string' ? workingDirectory : '.')
  for (const file of Array.isArray(envFiles) ? envFiles : ['.env'])
    if (typeof file === 'string') secrets.addFile('envFiles', resolve(folder, file), true)
  // Compose fills in variables of this process.
  for (const [name, value = ''] of Object.entries(process.env)) if (isSecretName(name)) secrets.addValue(name, value)
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : []
}

/** Nothing, for what has none. */
function fieldsOf(value: unknown): Unknowns {
  return isRecord(value) ? value : {}
}

function isContent(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

/** Not an object of a class, such as a stream: it may lead anywhere. */
function isRecord(value: unknown): value is Unknowns {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
