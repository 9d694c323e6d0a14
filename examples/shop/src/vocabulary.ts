/** The words that the catalogue is made of. Every brand is invented. */

/** Finishes and colours of products, with the colour that dominates their picture. */
export const FINISHES = {
  aluminium: '#b9bec4',
  ash: '#d9c6a5',
  black: '#2b2b2e',
  blue: '#3d6fa8',
  brass: '#b8923f',
  'brick red': '#a4493a',
  burgundy: '#6f2436',
  charcoal: '#43474c',
  clay: '#b97857',
  copper: '#b06a45',
  cream: '#e9dfc7',
  'forest green': '#2f5a43',
  grey: '#8b8f94',
  'ink blue': '#25395c',
  linen: '#d8cdb8',
  moss: '#6b7a45',
  mustard: '#c99a2e',
  navy: '#26324f',
  oak: '#c49a64',
  olive: '#6d6b3c',
  orange: '#d9702b',
  rust: '#a3522c',
  sage: '#94a68a',
  sand: '#cfb991',
  slate: '#5b6770',
  'stainless steel': '#a7adb3',
  teal: '#2f7c7e',
  terracotta: '#bf6b4a',
  walnut: '#6e4a32',
  white: '#ecebe6',
} as const;

export type Finish = keyof typeof FINISHES;

/** Model names that go between brand and thing: "Halden *Fjord* Table Lamp". */
export const LINES: readonly string[] =
  `Alder Arc Atlas Aurora Bay Birch Border Brook Canal Cedar Cove Crest Delta Drift Dune Ember Fern Field Fjord
  Flint Grove Harbour Haven Heath Isle Juniper Kestrel Lark Loft Lumen Marlow Meadow Meridian Mill Nook North
  Orchard Peak Pier Pine Quarry Reed Ridge River Rook Rowan Sable Shore Solstice Summit Tarn Thistle Tide Vale
  Wharf Willow Wren Yard`.split(/\s+/);

export interface CategoryWords {
  readonly name: string;
  /** Lowest and highest price in whole euros. */
  readonly price: readonly [number, number];
  readonly things: readonly string[];
  readonly finishes: readonly Finish[];
  /** Ends the sentence "…, made for". */
  readonly uses: readonly string[];
  readonly features: readonly string[];
}

export interface DepartmentWords {
  readonly name: string;
  readonly brands: readonly string[];
  /** Last sentence of a description. */
  readonly promises: readonly string[];
  readonly categories: readonly CategoryWords[];
}

function category(
  name: string,
  price: readonly [number, number],
  finishes: readonly Finish[],
  things: string,
  uses: string,
  features: string,
): CategoryWords {
  return { name, price, finishes, things: list(things), uses: list(uses), features: list(features) };
}

function list(text: string): string[] {
  return text.split('|').map((item) => item.trim().replaceAll(/\s+/g, ' '));
}

const kitchen: DepartmentWords = {
  name: 'Kitchen',
  brands: ['Brookhaus', 'Casa Lindo', 'Fennel & Rye', 'Kettleby', 'Nordvik', 'Ovenbird'],
  promises: list(`Dishwasher safe. | Wash by hand and dry at once. | Packed without plastic.
    | Spare parts are sold for ten years. | Tested by cooks, guaranteed for five years.`),
  categories: [
    category(
      'Cookware',
      [24, 289],
      ['black', 'brick red', 'cream', 'copper', 'stainless steel', 'forest green'],
      'Frying Pan, 24 cm | Frying Pan, 28 cm | Casserole, 4 l | Saucepan, 1.5 l | Wok, 32 cm | Stock Pot, 8 l',
      'weeknight dinners | slow stews and soups | searing and then straight into the oven | a crowded hob',
      `Heats evenly up to the rim. | Works on gas, ceramic and induction. | The handle stays cool. | The lid
      drips back onto the food. | Measuring marks on the inside.`,
    ),
    category(
      'Kitchen knives',
      [19, 219],
      ['walnut', 'oak', 'black', 'stainless steel'],
      "Chef's Knife, 20 cm | Bread Knife | Paring Knife | Santoku, 17 cm | Carving Knife | Cleaver",
      'daily chopping | crusty loaves | herbs and small fruit | roasts and large cuts',
      `Forged from one piece of steel. | Balanced just in front of the handle. | Keeps its edge for months of use.
      | Comes with a blade guard. | Sharpened by hand.`,
    ),
    category(
      'Coffee and tea',
      [12, 349],
      ['black', 'white', 'copper', 'sage', 'stainless steel', 'terracotta'],
      'Pour-Over Set | Moka Pot, 6 cups | Teapot, 1.2 l | Hand Grinder | French Press, 1 l | Kettle, 1.7 l',
      'slow mornings | two cups at a time | loose-leaf tea | guests who all want something else',
      `Pours without a drip. | Keeps warm for an hour. | The filter lasts for years and needs no paper. | Grinds
      from fine to coarse in eighteen steps. | Switches itself off.`,
    ),
    category(
      'Tableware',
      [6, 129],
      ['white', 'cream', 'clay', 'sage', 'ink blue', 'slate'],
      'Dinner Plate | Soup Bowl | Mug, 300 ml | Serving Platter | Side Plate | Salad Bowl',
      'everyday meals | long tables | pasta nights | breakfast in the sun',
      `Stoneware with a reactive glaze, so no two are quite alike. | Stacks without chipping. | Goes from the freezer
      to the oven. | A thumb rest on the rim. | Glazed on the foot as well.`,
    ),
    category(
      'Food storage',
      [7, 89],
      ['white', 'oak', 'linen', 'teal', 'grey'],
      'Storage Jar, 1 l | Bread Box | Lunch Box | Spice Rack | Butter Dish | Canister Set',
      'dry goods | bread that should last the week | lunch away from home | a tidy larder',
      `Closes airtight with one hand. | See at a glance what is left. | Made of glass that does not stain.
      | Fits a standard shelf. | The lid is a chopping board.`,
    ),
  ],
};

const lighting: DepartmentWords = {
  name: 'Lighting',
  brands: ['Halden', 'Lucerna', 'Brightwell', 'Studio Okta', 'Mørk', 'Filament Works'],
  promises: list(`Bulb included. | The light source can be replaced. | Two metres of woven cable.
    | Guaranteed for five years.`),
  categories: [
    category(
      'Table lamps',
      [29, 279],
      ['brass', 'black', 'cream', 'terracotta', 'sage', 'oak'],
      'Table Lamp | Desk Lamp | Reading Lamp | Clamp Lamp | Bedside Lamp',
      'reading in bed | a desk by the window | a dark corner of the hall | late work',
      `Dims in three steps with a touch. | The arm holds where you leave it. | Warm light at 2700 kelvin. | A shade of
      pleated paper. | Charges a phone in its foot.`,
    ),
    category(
      'Floor lamps',
      [69, 549],
      ['black', 'brass', 'white', 'walnut', 'linen'],
      'Floor Lamp | Arc Lamp | Tripod Lamp | Uplighter | Corner Lamp',
      'the space beside the sofa | high ceilings | a dining table without a socket above | soft evening light',
      `A foot switch that can be found in the dark. | Weighted so that it does not tip. | The head turns all
      the way round. | Dims down to candle light. | Assembled without tools.`,
    ),
    category(
      'Pendant lights',
      [39, 459],
      ['brass', 'copper', 'black', 'white', 'forest green', 'mustard'],
      'Pendant Light | Dome Pendant | Cluster of Three | Glass Globe | Linear Pendant',
      'kitchen islands | a round table | stairwells | hallways with little daylight',
      `Hangs up to two metres deep. | Mouth-blown glass. | The inside of the shade is white for a bright table.
      | Ceiling rose in the same finish. | Casts no glare to the side.`,
    ),
    category(
      'Outdoor lights',
      [25, 239],
      ['black', 'charcoal', 'copper', 'rust', 'stainless steel'],
      'Wall Lantern | Path Light | String Lights, 10 m | Spike Spotlight | Solar Post Light',
      'the front door | garden paths | balconies | summer evenings',
      `Sealed against driving rain. | Switches on at dusk. | Shines downwards so that the sky stays dark.
      | Charges in half a day of sun. | Needs no tools to hang.`,
    ),
    category(
      'Candle holders',
      [9, 119],
      ['brass', 'black', 'white', 'clay', 'slate'],
      'Candlestick | Tealight Holder, set of 3 | Hurricane Lantern | Candelabra | Wall Sconce',
      'winter tables | window sills | a table set for two | bathrooms and balconies',
      `Takes standard candles of 22 mm. | Felt under the foot. | Cast in sand, polished by hand. | Drips stay in the
      dish. | Stands steady in a draught.`,
    ),
  ],
};

const furniture: DepartmentWords = {
  name: 'Furniture',
  brands: ['Tømmer', 'Ashdown & Sons', 'Plywright', 'Casa Lindo', 'Roundhouse', 'Field Office'],
  promises: list(`Arrives in one box. | Made from certified wood. | Every part can be ordered again.
    | Guaranteed for ten years. | Assembled in a quarter of an hour.`),
  categories: [
    category(
      'Chairs',
      [59, 649],
      ['oak', 'ash', 'walnut', 'black', 'white', 'moss'],
      'Dining Chair | Armchair | Bar Stool | Rocking Chair | Office Chair | Folding Chair',
      'long dinners | working from home | small kitchens | a quiet corner with a book',
      `Stacks four high. | The seat is woven from paper cord. | The back gives a little. | Tested with 150 kg.
      | Gliders protect the floor.`,
    ),
    category(
      'Tables',
      [99, 1890],
      ['oak', 'ash', 'walnut', 'white', 'black'],
      'Dining Table, 180 cm | Coffee Table | Side Table | Desk, 140 cm | Console Table | Extending Table',
      'six at dinner, ten at feasts | a small flat | laptops and papers | the wall behind the sofa',
      `The top is oiled and can be sanded again. | Rounded corners. | A drawer that closes softly. | Cables go
      through the back. | The legs come off for moving house.`,
    ),
    category(
      'Shelving',
      [39, 990],
      ['oak', 'white', 'black', 'ash', 'sage'],
      'Bookcase | Wall Shelf, 80 cm | Ladder Shelf | Shelving Unit | Shoe Rack | Picture Ledge',
      'books by the metre | records and magazines | a narrow hall | plants that want light',
      `Carries 40 kg a board. | Adjusts in steps of three centimetres. | Fixings for brick and plasterboard
      included. | Combines with its siblings. | Open at the back for cables.`,
    ),
    category(
      'Sofas',
      [390, 2890],
      ['grey', 'navy', 'moss', 'linen', 'rust', 'burgundy'],
      'Two-Seat Sofa | Three-Seat Sofa | Corner Sofa | Sofa Bed | Daybed | Chaise Longue',
      'film nights | guests who stay over | a first flat | afternoon naps',
      `The covers come off and can be washed. | Springs instead of foam alone. | Fits through a door of 75 cm. | Cushions
      filled with recycled down. | Rub test of 60,000 turns.`,
    ),
    category(
      'Beds',
      [189, 1690],
      ['oak', 'walnut', 'white', 'linen', 'black'],
      'Bed Frame, 140 cm | Bed Frame, 180 cm | Bunk Bed | Single Bed | Headboard | Storage Bed',
      'good nights | rooms with a slanting roof | children who share | homes without a cellar',
      `Slats with three zones. | No screws to be seen. | Drawers on both sides. | High enough for a robot cleaner.
      | Does not creak.`,
    ),
  ],
};

const outdoor: DepartmentWords = {
  name: 'Outdoor',
  brands: ['Fellside', 'Trekka', 'Ursa Minor', 'Bivouac Supply', 'Highmoor', 'Kamp & Co'],
  promises: list(`Repairs are free in the first three years. | Made without fluorocarbons.
    | Comes with a mending kit. | Weighed as it leaves the factory.`),
  categories: [
    category(
      'Tents',
      [119, 890],
      ['forest green', 'sand', 'orange', 'grey', 'slate'],
      'Tent for One | Tent for Two | Family Tent | Tarp, 3 × 4 m | Tunnel Tent',
      'windy ridges | weekends by the lake | bicycle tours | family holidays',
      `Up in four minutes, also in rain. | Two porches for wet boots. | Water column of 4,000 mm. | Poles with coloured
      tips. | Stands without pegs.`,
    ),
    category(
      'Sleeping bags',
      [59, 520],
      ['navy', 'rust', 'olive', 'teal', 'charcoal'],
      'Down Sleeping Bag | Summer Sleeping Bag | Three-Season Sleeping Bag | Sleeping Bag Liner | Quilt',
      'nights down to minus five | huts and hostels | light packs | people who sleep cold',
      `The zip does not catch. | Packs to the size of a loaf. | A pocket for phone and torch. | Two bags join into
      one. | Wide enough to turn in.`,
    ),
    category(
      'Backpacks',
      [39, 330],
      ['olive', 'black', 'rust', 'slate', 'mustard', 'navy'],
      'Daypack, 20 l | Trekking Pack, 55 l | Rolltop Pack, 28 l | Hip Pack | Travel Pack, 40 l',
      'a day in the hills | hut to hut | the way to work | carry-on only',
      `The back adjusts while it is worn. | Opens like a suitcase. | A rain cover in the base. | Loops for poles and
      an axe. | Space for three litres of water.`,
    ),
    category(
      'Camp kitchen',
      [9, 189],
      ['aluminium', 'stainless steel', 'black', 'orange'],
      'Gas Stove | Pot Set | Insulated Bottle, 750 ml | Cutlery Set | Coffee Filter | Cool Box, 24 l',
      'breakfast on the summit | canoe trips | one hot meal a day | picnics with children',
      `Boils half a litre in two minutes. | Nests into itself. | Keeps cold for a day. | Handles fold away.
      | Lights without a match.`,
    ),
    category(
      'Headlamps',
      [19, 149],
      ['black', 'orange', 'grey', 'blue'],
      'Headlamp, 300 lm | Headlamp, 600 lm | Camp Lantern | Pocket Torch | Running Light',
      'early starts | reading in the tent | winter runs | the way back from the pub',
      `Red light for night vision. | Charges over USB-C. | Forty hours on low. | Locks so that it cannot switch on in
      the pack. | Works with gloves.`,
    ),
  ],
};

const cycling: DepartmentWords = {
  name: 'Cycling',
  brands: ['Velodrome Nord', 'Chainring', 'Pavé', 'Copperspoke', 'Ridgeway', 'Tandem & Daughters'],
  promises:
    list(`Fits what you already ride. | Small parts can be ordered one by one. | Guaranteed for two winters.
    | Mounts with one key.`),
  categories: [
    category(
      'Helmets',
      [39, 249],
      ['white', 'black', 'sage', 'mustard', 'ink blue'],
      "City Helmet | Road Helmet | Mountain Helmet | Children's Helmet | Folding Helmet",
      'the daily ride | long days on the road | forest trails | small heads that grow',
      `A magnet closes the strap. | Eighteen vents. | A light in the back. | Turns with the head on impact. | The pads
      can be washed.`,
    ),
    category(
      'Bike lights',
      [15, 179],
      ['black', 'aluminium', 'copper', 'grey'],
      'Front Light, 50 lux | Rear Light | Light Set | Dynamo Light | Helmet Light',
      'unlit lanes | city traffic | commuters in winter | bicycles without a dynamo',
      `Seen from 600 metres. | Brakes light up the rear. | A cut-off beam that dazzles nobody. | Charges in two
      hours. | Holds on any handlebar.`,
    ),
    category(
      'Panniers and bags',
      [25, 219],
      ['moss', 'black', 'rust', 'navy', 'sand'],
      'Pannier, 20 l | Handlebar Bag | Saddle Bag | Frame Bag | Courier Bag | Basket',
      'groceries | a week on tour | laptop and lunch | tube, pump and tools',
      `Clicks on and off with one hand. | Welded seams. | Carries like a bag. | Reflects on four sides. | Fits racks of
      8 to 16 mm.`,
    ),
    category(
      'Bike tools',
      [7, 139],
      ['stainless steel', 'black', 'blue', 'aluminium'],
      'Multi-Tool, 18 functions | Floor Pump | Mini Pump | Torque Wrench | Repair Stand | Chain Cleaner',
      'the roadside | a workshop in the cellar | the first service of spring | carbon and other delicate parts',
      `A chain tool is included. | The gauge can be read from above. | Hardened tips. | Folds flat. | Works on both
      kinds of valve.`,
    ),
    category(
      'Saddles',
      [35, 199],
      ['walnut', 'black', 'cream', 'burgundy'],
      'Leather Saddle | Touring Saddle | Race Saddle | Gel Saddle | Seat Post',
      'a thousand miles | upright city bikes | riders who sit still | sprung comfort on cobbles',
      `Shapes itself to the rider. | A channel takes the pressure off. | Steel rails. | Rain cover included. | Comes in
      three widths.`,
    ),
  ],
};

const audio: DepartmentWords = {
  name: 'Audio',
  brands: ['Tonwerk', 'Lyra Audio', 'Grove Acoustic', 'Signal Hill', 'Murmur', 'Ostinato'],
  promises:
    list(`The battery can be replaced at home. | Firmware updates for seven years. | Guaranteed for three years.
    | Tuned by ear.`),
  categories: [
    category(
      'Headphones',
      [35, 549],
      ['black', 'white', 'sand', 'navy', 'sage'],
      'Over-Ear Headphones | On-Ear Headphones | Earbuds | Studio Headphones | Noise-Cancelling Headphones',
      'the train | mixing and mastering | calls all day | running in the rain',
      `Thirty hours on one charge. | Pads of soft leatherette that come off. | Hears the world when you speak.
      | Pairs with two devices. | Folds into a case.`,
    ),
    category(
      'Speakers',
      [49, 1290],
      ['walnut', 'oak', 'black', 'white', 'grey'],
      'Bookshelf Speaker | Bluetooth Speaker | Soundbar | Subwoofer | Floor-Standing Speaker | Smart Speaker',
      'a small room | the garden | films | records played loud',
      `A silk dome for the treble. | Plays for a day without the mains. | Two become a pair. | Measures the room and
      adapts. | Floats, should it come to that.`,
    ),
    category(
      'Turntables',
      [149, 1490],
      ['walnut', 'black', 'white', 'oak'],
      'Turntable | Automatic Turntable | Turntable with Phono Stage | Record Cleaner | Phono Preamplifier',
      'a first collection | old pressings | people who want to sit down after side A | quiet rooms',
      `Belt driven. | Lifts the arm at the end of the side. | A platter of acrylic. | USB out for safekeeping.
      | Cartridge fitted and aligned.`,
    ),
    category(
      'Microphones',
      [45, 690],
      ['black', 'aluminium', 'grey', 'copper'],
      'USB Microphone | Condenser Microphone | Dynamic Microphone | Lavalier Microphone | Shotgun Microphone',
      'podcasts | voice and guitar | the stage | interviews in the street',
      `Ignores the keyboard next to it. | A mute key without a click. | Shock mount included. | Headphone jack
      without delay. | Takes very loud sources.`,
    ),
    category(
      'Radios',
      [29, 349],
      ['cream', 'walnut', 'teal', 'brick red', 'black'],
      'Kitchen Radio | Clock Radio | Portable Radio | Internet Radio | Crank Radio',
      'breakfast news | workshops | waking gently | power cuts',
      `One knob for one thing. | Receives DAB+ and FM. | Remembers eight stations. | The display dims itself. | Runs
      for a week on four cells.`,
    ),
  ],
};

const stationery: DepartmentWords = {
  name: 'Stationery',
  brands: ['Papier Nord', 'Foolscap', 'Inkwell & Daughters', 'Ledger Lane', 'Quarto', 'Margin'],
  promises: list(`Made from recycled paper. | Refills are always in stock. | Printed with plant ink.
    | Bound by hand in small runs.`),
  categories: [
    category(
      'Notebooks',
      [4, 49],
      ['black', 'forest green', 'mustard', 'ink blue', 'brick red', 'linen'],
      'Notebook A5, dotted | Notebook A5, ruled | Pocket Notebook | Sketchbook A4 | Reporter Pad | Ring Binder',
      'lists and half ideas | drawing outdoors | meetings | a year of diary',
      `Lies flat when open. | Numbered pages and an index. | 100 g paper that takes fountain pens. | Two ribbons. | A pocket
      in the back cover.`,
    ),
    category(
      'Pens',
      [3, 189],
      ['black', 'brass', 'navy', 'burgundy', 'white'],
      'Fountain Pen | Ballpoint Pen | Mechanical Pencil | Gel Pen, set of 5 | Brush Pen | Rollerball',
      'letters | left-handed writers | technical drawing | signing things',
      `Writes at the first stroke. | Nib in fine, medium and broad. | A clip that grips. | Turns heavy to the front.
      | Converter included.`,
    ),
    category(
      'Desk organisers',
      [8, 129],
      ['oak', 'walnut', 'white', 'clay', 'grey'],
      'Pen Tray | Letter Rack | Monitor Stand | Drawer Insert | Cable Box | Desk Mat',
      'a clear desk | small offices | pens that wander | papers waiting for an answer',
      `Felt on the underside. | Stacks with its siblings. | Room for a keyboard below. | Cut from one piece. | Fits A4
      sheets.`,
    ),
    category(
      'Paper and cards',
      [3, 39],
      ['white', 'cream', 'sage', 'sand', 'slate'],
      'Letter Set | Postcards, set of 10 | Envelopes, pack of 25 | Wrapping Paper | Index Cards | Gift Tags',
      'thank-you notes | birthdays | recipes | parcels that should look cared for',
      `Deckled on one edge. | Takes ink and watercolour. | Envelopes with a lining. | Perforated cleanly. | Comes in a
      box worth keeping.`,
    ),
    category(
      'Planners',
      [9, 59],
      ['black', 'terracotta', 'sage', 'navy', 'sand'],
      'Weekly Planner | Wall Calendar | Daily Planner | Desk Pad | Family Calendar',
      'a family of five | projects with many ends | the school year | people who like ticking boxes',
      `Undated, so begin any day. | Holidays of twelve countries. | A page for notes each week. | Tears off along a clean
      line. | Stickers for the good days.`,
    ),
  ],
};

const clothing: DepartmentWords = {
  name: 'Clothing',
  brands: ['Wool & Weather', 'Fellside', 'Harbourmaster', 'Plainstitch', 'Selvedge Mill', 'Oak Street'],
  promises: list(`Mended free of charge for life. | Wash at 30 degrees. | Cut and sewn in Portugal.
    | Sizes XS to 3XL.`),
  categories: [
    category(
      'Jackets',
      [79, 590],
      ['navy', 'olive', 'black', 'rust', 'mustard', 'slate'],
      'Rain Jacket | Wax Jacket | Down Jacket | Fleece | Work Jacket | Parka',
      'weather that changes | cold platforms | layers on the hill | the allotment',
      `Taped seams. | A hood that turns with the head. | Two-way zip. | Pockets lined with fleece. | Packs into its own
      pocket.`,
    ),
    category(
      'Knitwear',
      [49, 329],
      ['cream', 'navy', 'moss', 'charcoal', 'burgundy', 'mustard'],
      'Crew Sweater | Roll-Neck Sweater | Cardigan | Knitted Vest | Fisherman Sweater',
      'the first cold evening | offices with moody heating | wearing for decades | the sea front',
      `Merino that does not scratch. | Knitted in one piece. | Elbows in double yarn. | Buttons of corozo nut. | Does not
      pill.`,
    ),
    category(
      'Shirts',
      [29, 189],
      ['white', 'blue', 'linen', 'sage', 'grey', 'ink blue'],
      'Oxford Shirt | Linen Shirt | Flannel Shirt | T-Shirt | Polo Shirt | Overshirt',
      'warm days | most offices | weekends | wearing open over another',
      `Washed before sewing, so it does not shrink. | Needs no iron. | Long enough to stay tucked in. | Brushed on the
      inside. | A loop at the back.`,
    ),
    category(
      'Trousers',
      [45, 259],
      ['navy', 'sand', 'olive', 'charcoal', 'black'],
      'Chinos | Jeans | Corduroy Trousers | Walking Trousers | Shorts | Work Trousers',
      'every day of the week | long walks | kneeling and climbing | bicycles',
      `A little stretch. | Gusset for wide steps. | Hidden zip pocket. | Dries overnight. | Selvedge denim of 13
      ounces.`,
    ),
    category(
      'Socks',
      [7, 45],
      ['grey', 'navy', 'mustard', 'forest green', 'burgundy', 'black'],
      'Hiking Socks | Ankle Socks | Dress Socks, pair | Running Socks | Bed Socks | Knee Socks',
      'boots | shoes with little room | cold floors | forty kilometres a week',
      `No seam at the toes. | Padded heel. | Stays up. | Merino with a little nylon for long wear. | Left and right
      differ.`,
    ),
  ],
};

export const DEPARTMENTS: readonly DepartmentWords[] = [
  kitchen,
  lighting,
  furniture,
  outdoor,
  cycling,
  audio,
  stationery,
  clothing,
];
