import path from 'node:path';
import { LOCK_FILE } from '@reeve/codegen';
import type { Service } from '@reeve/contract';
import type { ServiceDescriptor } from '@reeve/protocol';
import { bindService, type Handler, type ServiceBinding } from '@reeve/worker';
import { ContractProject, contractText } from '../../packages/codegen/src/contract-project.test-support.ts';

/** A version of a contract, with what was generated for it. */
export interface Version {
  readonly contract: Service;
  readonly descriptor: ServiceDescriptor;
  bind(handlers: Readonly<Record<string, Handler>>): ServiceBinding;
}

/**
 * Versions of a contract as a project has them one after the other: each is generated and locked over the one before,
 * into a folder of its own so that all can be run at once.
 */
export class Versions implements AsyncDisposable {
  readonly #project: ContractProject;

  private constructor(project: ContractProject) {
    this.#project = project;
  }

  static async create(): Promise<Versions> {
    return new Versions(await ContractProject.create({}));
  }

  /** `service` is how a contract exports its service `orders`, as `Orders`. */
  async release(service: string): Promise<Version> {
    const { version = '' } = /version: '(?<version>[^']*)'/.exec(service)?.groups ?? {};
    const source = `${version}/orders.contract.ts`;
    await this.#project.write(source, contractText(service));
    await this.#project.generate({ globs: [source], out: version, importExtension: 'ts', lock: LOCK_FILE });
    const contract = ((await this.#import(source)) as { Orders: Service }).Orders;
    const generated = (await this.#import(`${version}/orders.descriptor.ts`)) as {
      ordersDescriptor: ServiceDescriptor;
    };
    const descriptor = generated.ordersDescriptor;
    return { contract, descriptor, bind: (handlers) => bindService({ descriptor, contract, handlers }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#project.dispose();
  }

  async #import(name: string): Promise<unknown> {
    return await import(path.join(this.#project.folder, name));
  }
}
