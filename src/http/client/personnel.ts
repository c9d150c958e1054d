/*
 * The forms about people: lines of the catalogue that are added with a button, and a photo that is cropped before it is sent.
 */

for (const list of document.querySelectorAll<HTMLElement>('[data-offers]')) {
  const field = document.getElementById(list.dataset['offers']!) as HTMLTextAreaElement;
  for (const item of list.children) {
    const button = item.querySelector('button')!;
    const text = item.querySelector('span')!.textContent;
    button.hidden = false;
    button.setAttribute('aria-label', `Agregar: ${text}`);
    button.addEventListener('click', () => {
      const lines = field.value.split('\n').filter((line) => line.trim() !== '');
      if (!lines.includes(text)) field.value = [...lines, text].join('\n');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
}

const STEP = 8;
const ZOOM = 1.15;
const MOST_ZOOM = 8;

/** A picture within a frame of 3:4: where its middle stands, and how much it is enlarged. */
class Crop {
  readonly #canvas: HTMLCanvasElement;
  readonly #input: HTMLInputElement;
  #image: ImageBitmap | undefined;
  #scale = 1;
  #x = 0;
  #y = 0;

  constructor(set: HTMLElement) {
    this.#canvas = set.querySelector('canvas')!;
    this.#input = set.querySelector('input')!;
    const tools = set.querySelector<HTMLElement>('[data-crop-tools]')!;
    this.#input.addEventListener('change', () => {
      const [file] = this.#input.files ?? [];
      // What was cropped is put back as the file that is sent.
      if (!file || file.name === CROPPED) return;
      createImageBitmap(file).then(
        (image) => {
          this.#image = image;
          this.#scale = this.#least;
          [this.#x, this.#y] = [image.width / 2, image.height / 2];
          tools.hidden = false;
          this.#draw();
          this.#keep();
        },
        // No picture that a browser reads: the service says so.
        () => void (tools.hidden = true),
      );
    });
    for (const button of set.querySelectorAll<HTMLButtonElement>('[data-zoom]')) {
      button.addEventListener('click', () => this.#zoom(button.dataset['zoom'] === 'in' ? ZOOM : 1 / ZOOM));
    }
    this.#listen();
  }

  /** The whole frame is always filled. */
  get #least(): number {
    const { width, height } = this.#image!;
    return Math.max(this.#canvas.width / width, this.#canvas.height / height);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', ({ pointerId }) => canvas.setPointerCapture(pointerId));
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const shown = canvas.width / canvas.clientWidth;
      this.#move(-event.movementX * shown, -event.movementY * shown);
    });
    canvas.addEventListener('keydown', (event) => {
      const moves: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-STEP, 0],
        ArrowRight: [STEP, 0],
        ArrowUp: [0, -STEP],
        ArrowDown: [0, STEP],
      };
      const move = moves[event.key];
      if (move) this.#move(...move);
      else if (event.key === '+') this.#zoom(ZOOM);
      else if (event.key === '-') this.#zoom(1 / ZOOM);
      else return;
      event.preventDefault();
    });
  }

  #move(x: number, y: number): void {
    if (!this.#image) return;
    this.#x += x / this.#scale;
    this.#y += y / this.#scale;
    this.#draw();
    this.#keep();
  }

  #zoom(factor: number): void {
    if (!this.#image) return;
    this.#scale = Math.min(MOST_ZOOM * this.#least, this.#scale * factor);
    this.#draw();
    this.#keep();
  }

  #draw(): void {
    const { width, height } = this.#canvas;
    const image = this.#image!;
    this.#scale = Math.max(this.#least, this.#scale);
    const [half, tall] = [width / 2 / this.#scale, height / 2 / this.#scale];
    this.#x = Math.min(image.width - half, Math.max(half, this.#x));
    this.#y = Math.min(image.height - tall, Math.max(tall, this.#y));
    const context = this.#canvas.getContext('2d')!;
    context.drawImage(image, this.#x - half, this.#y - tall, 2 * half, 2 * tall, 0, 0, width, height);
  }

  #keep(): void {
    this.#canvas.toBlob(
      (blob) => {
        if (!blob) return;
        const files = new DataTransfer();
        files.items.add(new File([blob], CROPPED, { type: blob.type }));
        this.#input.files = files.files;
      },
      'image/jpeg',
      0.92,
    );
  }
}

const CROPPED = 'encuadre.jpg';
for (const set of document.querySelectorAll<HTMLElement>('[data-crop]')) new Crop(set);
