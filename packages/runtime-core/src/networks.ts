import type { RemoveOptions } from './call-options.ts'

/**
 * Creating is idempotent: a network of this name whose driver, options, subnet and internal flag are what was asked and
 * whose labels are a superset of the asked ones is the answer; one that differs is NETWORK_CONFLICT.
 */
export interface NetworkSpec {
  readonly name: string
  /** Default `bridge`. */
  readonly driver?: string
  /** No route to the outside. Default false. */
  readonly internal?: boolean
  /** In CIDR form; default: the engine chooses. */
  readonly subnet?: string
  /** An address of `subnet`, which must be given too. */
  readonly gateway?: string
  /** Default false. */
  readonly ipv6?: boolean
  readonly options?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

export interface CreatedNetwork {
  readonly id: string
  readonly name: string
  /** False when an equal one was already there. */
  readonly created: boolean
}

/** Docker: `GET /networks/{id}`. */
export interface NetworkDetails {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly internal: boolean
  readonly ipv6: boolean
  readonly subnets: readonly string[]
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string
  /** Ids of running containers that are attached. */
  readonly containerIds: readonly string[]
}

export type NetworkSummary = Omit<NetworkDetails, 'containerIds'>

/** All given conditions must hold; names match exactly. */
export interface NetworkFilter {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly labelKeys?: readonly string[]
}

/** Default for `missing`: `ignore`. */
export type RemoveNetworkOptions = RemoveOptions
