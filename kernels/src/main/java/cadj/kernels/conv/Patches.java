package cadj.kernels.conv;

import cadj.kernels.device.F32;
import java.util.Arrays;

/// Squares of images, one for each tile of a grid, zero where they leave the image.
///
/// Tiles are numbered image by image and row by row.
///
/// @param image channels last, [n, h, w, channels]
/// @param tilesH rows of tiles in an image
/// @param step from a square to the next
/// @param side of a square
/// @param top the first square begins at row −top, column −left
record Patches(
    F32 image,
    int n,
    int h,
    int w,
    int channels,
    int tilesH,
    int tilesW,
    int step,
    int side,
    int top,
    int left) {
  int tiles() {
    return n * tilesH * tilesW;
  }

  /// Channels `channel` … `channel + count − 1` of a tile's square, pixels `pitch` apart.
  void gather(int tile, int channel, int count, int pitch, float[] to) {
    int column = tile % tilesW * step - left;
    int row = tile / tilesW % tilesH * step - top;
    int picture = tile / (tilesW * tilesH);
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        int y = row + i;
        int x = column + j;
        int target = (i * side + j) * pitch;
        if (y >= 0 && y < h && x >= 0 && x < w) {
          int from = image.offset() + ((picture * h + y) * w + x) * channels + channel;
          System.arraycopy(image.array(), from, to, target, count);
        } else {
          Arrays.fill(to, target, target + count, 0f);
        }
      }
    }
  }
}
