package cadj.kernels.conv;

import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;

/// What a convolution is to `conv_image.ptx` and `conv_image_mma.ptx`, whose contract explains the
/// names: images y from images x. Either the forward pass, or one phase of dx from dy.
///
/// @param firstPixel of y, then pixels from one image, line and row to the next
/// @param firstH where row (0,0) sees x with the first tap
/// @param turn 1, or −1 where taps go backward
/// @param packedFirst packed rows of the taps that lie before these
record ImageProduct(
    int groups,
    int images,
    int linesOfRows,
    int lineRows,
    int firstPixel,
    int imagePixels,
    int linePixels,
    int rowPixels,
    int yChannels,
    int height,
    int width,
    int xChannels,
    int stepH,
    int stepW,
    int firstH,
    int firstW,
    int turn,
    int tapsH,
    int tapsW,
    int allTaps,
    int packedFirst) {
  private static final PtxSource SHARED =
      PtxSource.beside(ImageProduct.class, "conv_image_run.ptx").with(ChannelRuns.SOURCE);
  private static final PtxSource SOURCE =
      PtxSource.beside(ImageProduct.class, "conv_image.ptx").with(SHARED);
  private static final PtxSource TF32 =
      PtxSource.beside(ImageProduct.class, "conv_image_mma.ptx").with(SHARED);

  static ImageProduct forward(Conv2dShape s) {
    return new ImageProduct(
        s.groups(),
        s.n(),
        s.ho(),
        s.wo(),
        0,
        s.ho() * s.wo(),
        s.wo(),
        1,
        s.co(),
        s.h(),
        s.w(),
        s.ci(),
        s.strideH(),
        s.strideW(),
        -s.padTop(),
        -s.padLeft(),
        1,
        s.kh(),
        s.kw(),
        s.kh() * s.kw(),
        0);
  }

  /// Pixels (strideH·i + phaseH, strideW·j + phaseW) of dx, and the taps through which they see dy:
  /// those that leave no remainder in strideH·y + u − padTop = pixel.
  static ImageProduct backward(Conv2dShape s, int phaseH, int phaseW) {
    int u = (phaseH + s.padTop()) % s.strideH();
    int v = (phaseW + s.padLeft()) % s.strideW();
    int tapsH = ceilDiv(Math.max(0, s.kh() - u), s.strideH());
    int tapsW = ceilDiv(Math.max(0, s.kw() - v), s.strideW());
    int tapsBefore =
        tapsBefore(u, s.kh(), s.strideH()) * s.kw() + tapsH * tapsBefore(v, s.kw(), s.strideW());
    return new ImageProduct(
        s.groups(),
        s.n(),
        ceilDiv(s.h() - phaseH, s.strideH()),
        ceilDiv(s.w() - phaseW, s.strideW()),
        phaseH * s.w() + phaseW,
        s.h() * s.w(),
        s.strideH() * s.w(),
        s.strideW(),
        s.ci(),
        s.ho(),
        s.wo(),
        s.co(),
        1,
        1,
        (phaseH + s.padTop() - u) / s.strideH(),
        (phaseW + s.padLeft() - v) / s.strideW(),
        -1,
        tapsH,
        tapsW,
        s.kh() * s.kw(),
        tapsBefore * ChannelRuns.whole(s.co() / s.groups()));
  }

  /// As `conv_pack.ptx` orders them.
  private static int tapsBefore(int remainder, int taps, int stride) {
    return taps / stride * remainder + Math.min(taps % stride, remainder);
  }

  int rows() {
    return images * linesOfRows * lineRows;
  }

  /// Channels of y in a group.
  int columns() {
    return yChannels / groups;
  }

  int terms() {
    return tapsH * tapsW * ChannelRuns.whole(xChannels / groups);
  }

  /// @param slices of which some may be empty, `slice` elements apart in y
  /// @param whole whether y is all written by this one launch
  /// @param packed as [PackedWeight] says, for tensor cores if `tf32`
  /// @param addends of which only the bias may be there if there is more than one slice
  void launch(
      Gpu gpu,
      boolean tf32,
      ProductTiles tiles,
      int slices,
      int slice,
      boolean whole,
      Buffer y,
      Buffer x,
      Buffer packed,
      Conv2dAddends addends) {
    int ci = xChannels / groups;
    Launch launch =
        gpu.launch(
                tf32 ? TF32 : SOURCE,
                (tf32 ? "conv2d_image_tf32_" : "conv2d_image_") + tiles.side())
            .grid(tiles.count(rows(), columns()), groups, slices)
            .block(tiles.threads(tf32));
    (whole ? launch.out(y) : launch.inOut(y))
        .in(x)
        .in(packed)
        .in(addends.bias())
        .in(addends.perImage())
        .in(addends.residual())
        .i32(rows())
        .i32(linesOfRows * lineRows)
        .i32(lineRows)
        .i32(firstPixel)
        .i32(imagePixels)
        .i32(linePixels)
        .i32(rowPixels)
        .i32(yChannels)
        .i32(columns())
        .i32(ChannelRuns.whole(columns()))
        .i32(height)
        .i32(width)
        .i32(xChannels)
        .i32(ci)
        .i32(ChannelRuns.whole(ci))
        .i32(stepH)
        .i32(stepW)
        .i32(firstH)
        .i32(firstW)
        .i32(turn)
        .i32(Math.max(1, tapsW))
        .i32(terms())
        .i32(tiles.depth())
        .i32(allTaps * ChannelRuns.whole(ci))
        .i32(packedFirst)
        .i32(slice)
        .i32(ChannelRuns.atOnce(xChannels, groups, x))
        .i32(ChannelRuns.atOnce(yChannels, groups, y, addends.perImage(), addends.residual()))
        .run();
  }
}
