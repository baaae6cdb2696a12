"use strict";
/* fit.js - linear least squares by the normal equations: few unknowns, many rows. */

/* Solves a x = b for a small square matrix, by elimination with the largest pivot. */
const solve = (a, b) => {
    const n = b.length;
    const rows = a.map((row, i) => [...row, b[i]]);
    for (let column = 0; column < n; column++) {
        let pivot = column;
        for (let i = column + 1; i < n; i++) {
            if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) {
                pivot = i;
            }
        }
        if (rows[pivot][column] === 0) {
            throw new Error("the rows do not tell the unknowns apart");
        }
        [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
        for (let i = 0; i < n; i++) {
            const factor = i === column ? 0 : rows[i][column] / rows[column][column];
            for (let j = column; j <= n; j++) {
                rows[i][j] -= factor * rows[column][j];
            }
        }
    }
    return rows.map((row, i) => row[n] / row[i]);
};

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/*
 * Finds the weights for which features times weights comes closest to the targets. Returns
 * {weights, residuals}, the latter in per cent of the target: {rms, min, max}.
 */
const fit = (features, targets) => {
    const n = features[0].length;
    const cross = (i, j) => features.reduce((sum, f) => sum + f[i] * f[j], 0);
    const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => cross(i, j)));
    const b = Array.from({ length: n }, (_, i) => features.reduce((sum, f, k) => sum + f[i] * targets[k], 0));
    const weights = solve(a, b);
    const off = features.map((f, k) => 100 * (dot(f, weights) / targets[k] - 1));
    const rms = Math.sqrt(dot(off, off) / off.length);
    return { weights, residuals: { rms, min: Math.min(...off), max: Math.max(...off) } };
};

/* The same where relative errors count: what is small weighs as much as what is large. */
const fitRelative = (features, targets) =>
    fit(features.map((f, i) => f.map((x) => x / targets[i])), targets.map(() => 1));

module.exports = { fitRelative };
