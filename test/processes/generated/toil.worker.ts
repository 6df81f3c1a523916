import { bindService } from '@reeve/worker';
import { Toil } from '../toil.contract.ts';
import { ToilDescriptor } from './toil.descriptor.ts';
export const serveToil = (handlers: any) => bindService({ descriptor: ToilDescriptor, contract: Toil as any, handlers });
