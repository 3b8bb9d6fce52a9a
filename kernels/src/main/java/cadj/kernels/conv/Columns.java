package cadj.kernels.conv;

import cadj.kernels.gemm.PackedProduct;
import java.util.ArrayList;
import java.util.List;

/// Numbering of the taps·channels columns of an unfolded image: by block of channels, in a block by
/// tap, in a tap by channel.
///
/// A block of channels with all its taps is one k block of the product, so that packing reads each
/// weight's taps once, while they lie together in a cache.
///
/// @param block channels in a block; the last may have fewer
record Columns(int taps, int channels, int block) {
  /// Fewer channels than this make a copy too short; then one block holds all.
  private static final int MIN_BLOCK = 8;

  static Columns of(int taps, int channels) {
    int block = taps == 0 ? channels : Math.min(channels, PackedProduct.MAX_DEPTH / taps);
    if (block < MIN_BLOCK) {
      block = channels;
    } else if (block < channels && block > 16) {
      block -= block % 16;
    }
    return new Columns(taps, channels, block);
  }

  int count() {
    return taps * channels;
  }

  /// Terms in a k block.
  int depth() {
    int terms = taps * block;
    return terms <= PackedProduct.MAX_DEPTH ? terms : PackedProduct.evenDepth(terms);
  }

  /// The runs of channels that make up columns `from` … `from + count − 1`, in order.
  Run[] runs(int from, int count) {
    List<Run> runs = new ArrayList<>();
    int column = from;
    while (column < from + count) {
      int first = column / (taps * block) * block;
      int width = Math.min(block, channels - first);
      int within = column - first * taps;
      int channel = within % width;
      int length = Math.min(width - channel, from + count - column);
      runs.add(new Run(within / width, first + channel, length, column - from));
      column += length;
    }
    return runs.toArray(Run[]::new);
  }

  /// Channels `channel` … `channel + length − 1` of one tap, `at` columns after the first.
  record Run(int tap, int channel, int length, int at) {}
}
