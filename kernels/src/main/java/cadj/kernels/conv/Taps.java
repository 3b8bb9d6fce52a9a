package cadj.kernels.conv;

/// The taps of a kernel: tap t of row (i,j) meets pixel (i·stride + dy[t], j·stride + dx[t]) and
/// carries weight number weight[t] of kh·kw.
record Taps(int[] dy, int[] dx, int[] weight) {
  /// All taps, as the output sees the input.
  static Taps forward(Conv2dShape s) {
    Taps taps = ofSize(s.kh() * s.kw());
    for (int t = 0; t < taps.count(); t++) {
      taps.dy[t] = t / s.kw() - s.padTop();
      taps.dx[t] = t % s.kw() - s.padLeft();
      taps.weight[t] = t;
    }
    return taps;
  }

  /// The taps through which input pixels (strideH·i + phaseH, strideW·j + phaseW) see the output,
  /// with a stride of 1: those that leave no remainder in strideH·y + kh − padTop = pixel.
  static Taps backward(Conv2dShape s, int phaseH, int phaseW) {
    int firstH = (phaseH + s.padTop()) % s.strideH();
    int firstW = (phaseW + s.padLeft()) % s.strideW();
    int countH = Math.max(0, Math.ceilDiv(s.kh() - firstH, s.strideH()));
    int countW = Math.max(0, Math.ceilDiv(s.kw() - firstW, s.strideW()));
    Taps taps = ofSize(countH * countW);
    for (int t = 0; t < taps.count(); t++) {
      int kh = firstH + t / countW * s.strideH();
      int kw = firstW + t % countW * s.strideW();
      taps.dy[t] = (phaseH + s.padTop() - kh) / s.strideH();
      taps.dx[t] = (phaseW + s.padLeft() - kw) / s.strideW();
      taps.weight[t] = kh * s.kw() + kw;
    }
    return taps;
  }

  int count() {
    return weight.length;
  }

  private static Taps ofSize(int count) {
    return new Taps(new int[count], new int[count], new int[count]);
  }
}
