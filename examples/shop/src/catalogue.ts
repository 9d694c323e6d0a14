import { type Random, seededRandom } from './random.js';
import { type CategoryWords, DEPARTMENTS, type DepartmentWords, FINISHES, LINES } from './vocabulary.js';

export interface Category {
  readonly slug: string;
  readonly name: string;
  /** Slug of the department it belongs to; a department belongs to none. */
  readonly parent: string | null;
}

export interface Image {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** CSS colour to show until the picture is there. */
  readonly dominantColour: string;
  readonly alt: string;
}

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly brand: string;
  /** Slug of a category of the second level. */
  readonly category: string;
  /** Cents. */
  readonly price: number;
  readonly stock: number;
  readonly description: string;
  readonly image: Image;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Catalogue {
  readonly categories: readonly Category[];
  /** By id, which begins at 1. */
  readonly products: readonly Product[];
}

const SEED = 20_240_229;
const PRODUCTS = 6_000;
const FIRST_DAY = Date.UTC(2024, 0, 8);
const DAYS = 640;

/** The shop's data: the same categories and products on every start and every machine. */
export function createCatalogue(): Catalogue {
  const random = seededRandom(SEED);
  const shelves = DEPARTMENTS.flatMap((department) =>
    department.categories.map((category) => ({ department, category })),
  );
  const names = new Set<string>();
  const products: Product[] = [];
  while (products.length < PRODUCTS) {
    const { department, category } = random.pick(shelves);
    const product = makeProduct(products.length + 1, department, category, random);
    if (names.has(product.name)) continue;
    names.add(product.name);
    products.push(product);
  }
  return { categories: DEPARTMENTS.flatMap(categoriesOf), products };
}

function categoriesOf(department: DepartmentWords): Category[] {
  const parent = slugOf(department.name);
  const children = department.categories.map(({ name }) => ({ slug: slugOf(name), name, parent }));
  return [{ slug: parent, name: department.name, parent: null }, ...children];
}

function makeProduct(id: number, department: DepartmentWords, words: CategoryWords, random: Random): Product {
  const [thing = '', size = ''] = random.pick(words.things).split(/(?=, )/);
  const finish = random.pick(words.finishes);
  const brand = random.pick(department.brands);
  const slug = slugOf(words.name);
  const title = `${sentenceCase(thing)} in ${finish}`;
  const [first, second] = pickTwo(words.features, random);
  return {
    id,
    name: `${brand} ${random.pick(LINES)} ${thing} in ${finish}${size}`,
    brand,
    category: slug,
    price: priceWithin(words.price, random),
    stock: random.next() < 0.08 ? 0 : random.between(1, 180),
    description: `${title}, made for ${random.pick(words.uses)}. ${first} ${second} ${random.pick(department.promises)}`,
    image: {
      url: `/images/${slug}.svg`,
      width: 640,
      height: 480,
      dominantColour: FINISHES[finish],
      alt: title,
    },
    createdAt: new Date(FIRST_DAY + random.between(0, DAYS * 24 * 60) * 60_000).toISOString(),
  };
}

/** Cheap things are more common than dear ones, and every price ends as prices do. */
function priceWithin([low, high]: readonly [number, number], random: Random): number {
  const share = random.next();
  const euros = Math.round(low + (high - low) * share * share);
  return euros * 100 - random.pick([0, 5, 10, 50]);
}

function pickTwo<T>(items: readonly T[], random: Random): [T, T] {
  const first = random.pick(items);
  return [first, random.pick(items.filter((item) => item !== first))];
}

/** `Arc Lamp` becomes `Arc lamp`; `USB` and `A5` stay. */
function sentenceCase(title: string): string {
  return title.replaceAll(/[ -][A-Z](?=[a-z])/g, (start) => start.toLowerCase());
}

function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
