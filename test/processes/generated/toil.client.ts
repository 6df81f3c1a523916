import { ToilDescriptor } from './toil.descriptor.ts';
export class ToilClient { again: any; once: any; constructor(r: any) { this.again = r.method(ToilDescriptor, 'again'); this.once = r.method(ToilDescriptor, 'once'); } }
