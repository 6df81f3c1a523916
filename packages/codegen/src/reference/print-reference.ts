import path from 'node:path';
import type { ServiceModel } from '../model/model.ts';
import { originText } from '../print/service-names.ts';
import { descriptionOf } from './description.ts';
import { markdownPage } from './markdown.ts';
import { methodSchema } from './method-schema.ts';

/** Files of one kind for a folder. */
export interface FolderTexts {
  /** Absolute. */
  readonly folder: string;
  /** How the names of all files of this kind end. */
  readonly suffix: string;
  readonly texts: readonly { readonly name: string; readonly text: string }[];
}

export interface ReferenceOptions {
  readonly cwd: string;
  readonly jsonSchema?: string | undefined;
  readonly markdown?: string | undefined;
}

/** Prints JSON Schemas and reference pages, as far as a folder is named for them. */
export function printReference(
  services: readonly ServiceModel[],
  { cwd, jsonSchema, markdown }: ReferenceOptions,
): FolderTexts[] {
  const folders: FolderTexts[] = [];
  if (jsonSchema !== undefined) folders.push(schemasOf(services, path.resolve(cwd, jsonSchema)));
  if (markdown !== undefined) folders.push(pagesOf(services, path.resolve(cwd, markdown)));
  return folders;
}

function schemasOf(services: readonly ServiceModel[], folder: string): FolderTexts {
  const suffix = '.schema.json';
  const texts = services.flatMap((service) => {
    const description = descriptionOf(service);
    const comment = originText(service.file, folder);
    return Object.keys(description.methods).map((method) => ({
      name: `${service.name}.${method}${suffix}`,
      text: `${JSON.stringify(methodSchema(description, method, comment), undefined, 2)}\n`,
    }));
  });
  return { folder, suffix, texts };
}

function pagesOf(services: readonly ServiceModel[], folder: string): FolderTexts {
  const texts = services.map((service) => ({
    name: `${service.name}.md`,
    text: markdownPage(descriptionOf(service), originText(service.file, folder)),
  }));
  return { folder, suffix: '.md', texts };
}
