// What of the picture covers what it does not belong to, by the boxes on the page: a list of sentences.
() => {
    const all = (selector) => [...document.querySelectorAll(selector)]
        .filter((one) => one.getClientRects().length && getComputedStyle(one).visibility !== 'hidden');
    const box = (one) => one.getBoundingClientRect();
    const glyph = (one) => { // a line's box is higher than its letters
        const { left, right, top, bottom } = box(one);
        const [middle, half] = [(top + bottom) / 2, parseFloat(getComputedStyle(one).fontSize) * 0.3];
        return { left, right, top: middle - half, bottom: middle + half };
    };
    const overlap = (a, b, most = 1) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > most
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > most;
    const holds = (a, [x, y], near) => x > a.left - near && x < a.right + near && y > a.top - near && y < a.bottom + near;
    const trail = (path) => {
        const [matrix, length] = [path.getScreenCTM(), path.getTotalLength()];
        return Array.from({ length: Math.ceil(length / 3) + 1 }, (_, index) => {
            const { x, y } = path.getPointAtLength(Math.min(3 * index, length)).matrixTransform(matrix);
            return [x, y];
        });
    };
    const chart = document.querySelector('[data-qsts=chart]');
    const room = box(chart);
    const cells = all('.qsts-plate :is(.qsts-value-cell, .qsts-adjoint-cell, .qsts-slot)').map(box);
    const nodes = all('[data-qsts=chart] .point').map(box);
    const lanes = all('.qsts-lane[data-passed=true] .qsts-way, .qsts-lanes .qsts-way').map(trail);
    const ways = [...lanes, ...all('[data-qsts=chart] .shapelayer [data-index="0"] path').map(trail)];
    const labels = all('.qsts-lane-label');
    const ports = all('.qsts-port').map(glyph);
    const signs = all('[data-qsts=chart] .textpoint text').map(glyph);
    const cards = all('.qsts-card').map(box);
    const gates = all('.qsts-gate').map(box);
    const source = all('.qsts-source').map(box);
    const faults = [];
    const tell = (what, found) => { if (found.length) faults.push(`${what}: ${found.length}`); };
    tell('lanes behind plates', lanes.filter((lane) => cells.some((cell) => lane.some((point) => holds(cell, point, 0)))));
    tell('labels on ways', labels.map(glyph).filter((label) => ways.some((way) => way.some((point) => holds(label, point, 1)))));
    tell('labels on plates', labels.map(glyph).filter((label) => [...cells, ...nodes].some((cell) => overlap(label, cell))));
    tell('labels cut', labels.map(glyph).filter(({ left, right, top, bottom }) =>
        left < room.left || right > room.right || top < room.top || bottom > room.bottom));
    tell('ports on ports', ports.filter((one, index) => ports.slice(index + 1).some((other) => overlap(one, other, 0))));
    tell('ports on signs', ports.filter((one) => signs.some((sign) => overlap(one, sign, 2))));
    tell('gates on plates', gates.filter((gate) => [...cells, ...nodes].some((cell) => overlap(gate, cell, 3))));
    tell('cards on nodes', cards.filter((card) => nodes.some((node) => overlap(card, node))));
    tell('cards on cards', cards.filter((one, index) => cards.slice(index + 1).some((other) => overlap(one, other))));
    tell('cards below the formula', cards.filter((card) => source.some((text) => overlap(card, text))));
    tell('sums cut', all('.qsts-contributions').filter((cell) => cell.scrollWidth > cell.clientWidth
        || (getComputedStyle(cell).overflowY !== 'auto' && cell.scrollHeight > cell.clientHeight + 1)));
    return faults;
}
