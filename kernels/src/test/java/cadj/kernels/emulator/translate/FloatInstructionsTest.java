package cadj.kernels.emulator.translate;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each floating-point instruction and type: rounding, NaN, signed zeros, subnormals, infinities.
class FloatInstructionsTest {
  static Stream<Case> single() {
    return Case.table(
        """
        add.f32 : f32 f32 -> f32 : 1.5 2.25 = 3.75, inf -inf = nan, 0x7f7fffff 0x7f7fffff = inf, 0x1 0x1 = 0x2
        add.rn.f32 : f32 f32 -> f32 : 16777216 1 = 16777216, 16777216 3 = 16777220
        add.rz.f32 : f32 f32 -> f32 : 16777216 3 = 16777218, -16777216 -3 = -16777218, 0x7f7fffff 0x7f7fffff = 0x7f7fffff
        add.rm.f32 : f32 f32 -> f32 : 16777216 1 = 16777216, -16777216 -1 = -16777218, 1 -1 = 0x80000000
        add.rp.f32 : f32 f32 -> f32 : 16777216 1 = 16777218, -16777216 -1 = -16777216, 1 -1 = 0
        add.ftz.f32 : f32 f32 -> f32 : 0x1 1 = 1, 0x00800000 0x80800001 = 0x80000000
        add.sat.f32 : f32 f32 -> f32 : 0.75 0.75 = 1, -3 1 = 0, nan 1 = 0, 0.25 0.25 = 0.5
        sub.f32 : f32 f32 -> f32 : 1 3 = -2
        sub.rz.f32 : f32 f32 -> f32 : -16777216 3 = -16777218
        mul.f32 : f32 f32 -> f32 : 3 -0.5 = -1.5, 0 inf = nan, 0x00800000 0.5 = 0x00400000
        mul.ftz.f32 : f32 f32 -> f32 : 0x00800000 0.5 = 0, 0x80800000 0.5 = 0x80000000
        mul.rz.f32 : f32 f32 -> f32 : 0x3f800001 0x3f800001 = 0x3f800002
        mul.rp.f32 : f32 f32 -> f32 : 0x3f800001 0x3f800001 = 0x3f800003
        fma.rn.f32 : f32 f32 f32 -> f32 : 2 3 4 = 10, 0x3f800001 0x3f800001 0xbf800002 = 0x28800000
        fma.rz.f32 : f32 f32 f32 -> f32 : 16777216 1 3 = 16777218
        fma.rm.f32 : f32 f32 f32 -> f32 : 16777216 1 0x00000001 = 16777216, 16777216 1 0x80000001 = 16777215
        fma.rp.f32 : f32 f32 f32 -> f32 : 16777216 1 0x00000001 = 16777218
        fma.rn.sat.f32 : f32 f32 f32 -> f32 : 2 3 4 = 1, 1 -1 0 = 0
        mad.rn.f32 : f32 f32 f32 -> f32 : 2 3 4 = 10
        div.rn.f32 : f32 f32 -> f32 : 1 3 = 0x3eaaaaab, 1 0 = inf, -1 0 = -inf, 0 0 = nan, inf inf = nan
        div.rz.f32 : f32 f32 -> f32 : 1 3 = 0x3eaaaaaa, 1 -3 = 0xbeaaaaaa, 4 inf = 0
        div.rp.f32 : f32 f32 -> f32 : 1 3 = 0x3eaaaaab, 1 -3 = 0xbeaaaaaa
        div.rm.f32 : f32 f32 -> f32 : 1 3 = 0x3eaaaaaa, 1 -3 = 0xbeaaaaab
        div.full.f32 : f32 f32 -> f32 : 3 2 = 1.5
        div.approx.f32 : f32 f32 -> f32 : 3 2 = 1.5
        rcp.rn.f32 : f32 -> f32 : 3 = 0x3eaaaaab, 0 = inf, 0x80000000 = -inf, inf = 0
        rcp.rz.f32 : f32 -> f32 : 3 = 0x3eaaaaaa
        rcp.approx.f32 : f32 -> f32 : 4 = 0.25
        rcp.approx.ftz.f32 : f32 -> f32 : 0x7f000000 = 0, 4 = 0.25
        sqrt.rn.f32 : f32 -> f32 : 2 = 0x3fb504f3, -1 = nan, 0x80000000 = 0x80000000
        sqrt.rp.f32 : f32 -> f32 : 2 = 0x3fb504f4, 4 = 2
        sqrt.rm.f32 : f32 -> f32 : 2 = 0x3fb504f3, 4 = 2
        sqrt.approx.f32 : f32 -> f32 : 16 = 4
        rsqrt.approx.f32 : f32 -> f32 : 4 = 0.5, 0 = inf, 0x80000000 = -inf, inf = 0, -4 = nan
        ex2.approx.f32 : f32 -> f32 : 0 = 1, 3 = 8, -1 = 0.5, 0.5 = 0x3fb504f3, 128 = inf, -149 = 0x1, -151 = 0, -inf = 0, inf = inf, nan = nan
        ex2.approx.ftz.f32 : f32 -> f32 : -149 = 0, 1 = 2
        lg2.approx.f32 : f32 -> f32 : 8 = 3, 0.5 = -1, 1 = 0, 0 = -inf, -1 = nan, 0x1 = -149, inf = inf
        sin.approx.f32 : f32 -> f32 : 0 = 0, 1 = 0x3f576aa4, 0x80000000 = 0x80000000, inf = nan
        cos.approx.f32 : f32 -> f32 : 0 = 1, 1 = 0x3f0a5140
        tanh.approx.f32 : f32 -> f32 : 0 = 0, 100 = 1, -100 = -1
        abs.f32 : f32 -> f32 : -2 = 2, -inf = inf, 0x80000000 = 0
        neg.f32 : f32 -> f32 : 2 = -2, 0 = 0x80000000
        neg.ftz.f32 : f32 -> f32 : 0x1 = 0x80000000
        min.f32 : f32 f32 -> f32 : 1 2 = 1, nan 2 = 2, 1 nan = 1, nan nan = nan, 0 0x80000000 = 0x80000000
        max.f32 : f32 f32 -> f32 : 1 2 = 2, nan 2 = 2, 1 nan = 1, nan nan = nan, 0x80000000 0 = 0
        min.NaN.f32 : f32 f32 -> f32 : 1 2 = 1, nan 2 = nan, 1 nan = nan
        max.NaN.f32 : f32 f32 -> f32 : 1 2 = 2, nan 2 = nan, 1 nan = nan
        copysign.f32 : f32 f32 -> f32 : -1 5 = -5, 1 -5 = 5
        mov.f32 : f32 -> f32 : 0x7fabcdef = 0x7fabcdef
        mov.b32 : f32 -> b32 : 1 = 0x3f800000
        mov.b32 : b32 -> f32 : 0x3f800000 = 1
        mov.f32 %y, 0f40490FDB : f32 -> f32 : 0 = 0x40490fdb
        mov.f32 %y, 2.5 : f32 -> f32 : 0 = 2.5
        """);
  }

  static Stream<Case> twice() {
    return Case.table(
        """
        add.f64 : f64 f64 -> f64 : 1.5 2.25 = 3.75
        add.rn.f64 : f64 f64 -> f64 : 9007199254740992.0 1.0 = 9007199254740992.0
        sub.f64 : f64 f64 -> f64 : 1.0 3.0 = -2.0
        mul.f64 : f64 f64 -> f64 : 3.0 -0.5 = -1.5
        fma.rn.f64 : f64 f64 f64 -> f64 : 2.0 3.0 4.0 = 10.0
        div.rn.f64 : f64 f64 -> f64 : 1.0 4.0 = 0.25, 1.0 0.0 = inf
        rcp.rn.f64 : f64 -> f64 : 4.0 = 0.25
        sqrt.rn.f64 : f64 -> f64 : 2.25 = 1.5, -1.0 = nan
        rsqrt.approx.f64 : f64 -> f64 : 4.0 = 0.5
        abs.f64 : f64 -> f64 : -2.0 = 2.0
        neg.f64 : f64 -> f64 : 2.0 = -2.0
        min.f64 : f64 f64 -> f64 : 1.0 2.0 = 1.0, nan 2.0 = 2.0
        max.f64 : f64 f64 -> f64 : 1.0 2.0 = 2.0, 1.0 nan = 1.0
        copysign.f64 : f64 f64 -> f64 : -1.0 5.0 = -5.0
        mov.f64 : f64 -> f64 : 1.25 = 1.25
        mov.b64 : f64 -> b64 : 1.0 = 0x3ff0000000000000
        mov.b64 : b64 -> f64 : 0x3ff0000000000000 = 1.0
        mov.b64 {_, %y}, %a : f64 -> b32 : 1.0 = 0x3ff00000
        mov.b64 %y, {%a, %b} : b32 b32 -> f64 : 0 0x3ff00000 = 1.0
        mov.f64 %y, 0d3FF8000000000000 : f64 -> f64 : 0.0 = 1.5
        """);
  }

  static Stream<Case> half() {
    return Case.table(
        """
        add.f16 : f16 f16 -> f16 : 1.5 2.25 = 3.75, 2048 1 = 2048, 2048 3 = 2052, 65504 65504 = inf, inf -inf = nan
        sub.f16 : f16 f16 -> f16 : 1 3 = -2
        mul.f16 : f16 f16 -> f16 : 3 -0.5 = -1.5, 0x0400 0.5 = 0x0200
        fma.rn.f16 : f16 f16 f16 -> f16 : 2 3 4 = 10, 0x3c01 0x3c01 0xbc02 = 0x0010
        neg.f16 : f16 -> f16 : 2 = -2, 0 = 0x8000
        abs.f16 : f16 -> f16 : -2 = 2
        min.f16 : f16 f16 -> f16 : 1 2 = 1, nan 2 = 2, 0 0x8000 = 0x8000
        max.f16 : f16 f16 -> f16 : 1 2 = 2, 1 nan = 1, 0x8000 0 = 0
        add.f16x2 : b32 b32 -> b32 : 0x3c004000 0x40003c00 = 0x42004200
        sub.f16x2 : b32 b32 -> b32 : 0x3c004000 0x40003c00 = 0xbc003c00
        mul.f16x2 : b32 b32 -> b32 : 0x3c004000 0x40003c00 = 0x40004000
        fma.rn.f16x2 : b32 b32 b32 -> b32 : 0x3c004000 0x40003c00 0x3c003c00 = 0x42004200
        neg.f16x2 : b32 -> b32 : 0x3c004000 = 0xbc00c000
        abs.f16x2 : b32 -> b32 : 0xbc00c000 = 0x3c004000
        min.f16x2 : b32 b32 -> b32 : 0x3c004000 0x40003c00 = 0x3c003c00
        max.f16x2 : b32 b32 -> b32 : 0x3c004000 0x40003c00 = 0x40004000
        add.bf16 : bf16 bf16 -> bf16 : 1 2 = 3, 256 1 = 256, 256 3 = 260
        sub.bf16 : bf16 bf16 -> bf16 : 1 2 = -1
        mul.bf16 : bf16 bf16 -> bf16 : 3 -0.5 = -1.5
        add.bf16x2 : b32 b32 -> b32 : 0x3f804000 0x40003f80 = 0x40404040
        sub.bf16x2 : b32 b32 -> b32 : 0x3f804000 0x40003f80 = 0xbf803f80
        mul.bf16x2 : b32 b32 -> b32 : 0x3f804000 0x40003f80 = 0x40004000
        neg.bf16x2 : b32 -> b32 : 0x3f804000 = 0xbf80c000
        abs.bf16x2 : b32 -> b32 : 0xbf80c000 = 0x3f804000
        fma.rn.bf16 : bf16 bf16 bf16 -> bf16 : 2 3 4 = 10, 256 1 1 = 256, 256 1 3 = 260
        neg.bf16 : bf16 -> bf16 : 2 = -2
        abs.bf16 : bf16 -> bf16 : -2 = 2
        min.bf16 : bf16 bf16 -> bf16 : 1 2 = 1
        max.bf16 : bf16 bf16 -> bf16 : 1 2 = 2
        fma.rn.bf16x2 : b32 b32 b32 -> b32 : 0x3f804000 0x40003f80 0x3f803f80 = 0x40404040
        min.bf16x2 : b32 b32 -> b32 : 0x3f804000 0x40003f80 = 0x3f803f80
        max.bf16x2 : b32 b32 -> b32 : 0x3f804000 0x40003f80 = 0x40004000
        """);
  }

  static Stream<Case> comparisons() {
    return Case.table(
        """
        setp.lt.ftz.f32 : f32 f32 -> pred : 0 0x1 = 0, 0 1 = 1
        setp.lt.and.s32 %y, %a, %b, %c : s32 s32 pred -> pred : 1 2 1 = 1, 1 2 0 = 0, 2 1 1 = 0
        setp.lt.and.s32 %y, %a, %b, !%c : s32 s32 pred -> pred : 1 2 1 = 0, 1 2 0 = 1
        setp.lt.or.s32 %y, %a, %b, %c : s32 s32 pred -> pred : 2 1 1 = 1, 2 1 0 = 0, 1 2 0 = 1
        setp.lt.xor.s32 %y, %a, %b, %c : s32 s32 pred -> pred : 1 2 1 = 0, 1 2 0 = 1
        setp.lt.s32 %y|%p, %a, %b : s32 s32 -> pred : 1 2 = 1, 2 1 = 0
        setp.lt.s32 %p|%y, %a, %b : s32 s32 -> pred : 1 2 = 0, 2 1 = 1
        setp.lt.and.s32 %p|%y, %a, %b, %c : s32 s32 pred -> pred : 1 2 1 = 0, 2 1 1 = 1, 2 1 0 = 0
        set.lt.u32.s32 : s32 s32 -> u32 : 1 2 = 4294967295, 2 1 = 0
        set.lt.f32.s32 : s32 s32 -> f32 : 1 2 = 1, 2 1 = 0
        set.gt.u32.f32 : f32 f32 -> u32 : 2 1 = 4294967295, nan 1 = 0
        set.lt.and.u32.s32 : s32 s32 pred -> u32 : 1 2 1 = 4294967295, 1 2 0 = 0
        selp.b16 : b16 b16 pred -> b16 : 1 2 1 = 1, 1 2 0 = 2
        selp.b32 : b32 b32 pred -> b32 : 1 2 1 = 1, 1 2 0 = 2
        selp.b64 : b64 b64 pred -> b64 : 1 2 1 = 1, 1 2 0 = 2
        selp.f32 : f32 f32 pred -> f32 : 1 2 1 = 1, 1 2 0 = 2
        selp.f64 : f64 f64 pred -> f64 : 1.0 2.0 1 = 1.0, 1.0 2.0 0 = 2.0
        selp.f32 %y, %a, 0f00000000, %b : f32 pred -> f32 : 5 1 = 5, 5 0 = 0
        slct.s32.s32 : s32 s32 s32 -> s32 : 1 2 0 = 1, 1 2 -1 = 2
        slct.f32.s32 : f32 f32 s32 -> f32 : 1 2 5 = 1, 1 2 -5 = 2
        slct.u32.f32 : u32 u32 f32 -> u32 : 1 2 0 = 1, 1 2 0x80000000 = 1, 1 2 -1 = 2, 1 2 nan = 2
        slct.f32.f32 : f32 f32 f32 -> f32 : 1 2 0 = 1, 1 2 -1 = 2
        slct.f64.s32 : f64 f64 s32 -> f64 : 1.0 2.0 5 = 1.0, 1.0 2.0 -5 = 2.0
        slct.f64.f32 : f64 f64 f32 -> f64 : 1.0 2.0 5 = 1.0, 1.0 2.0 -5 = 2.0
        slct.b64.f32 : b64 b64 f32 -> b64 : 1 2 5 = 1, 1 2 -5 = 2
        slct.u64.s32 : u64 u64 s32 -> u64 : 1 2 -1 = 2
        testp.finite.f32 : f32 -> pred : 1 = 1, inf = 0, nan = 0
        testp.infinite.f32 : f32 -> pred : 1 = 0, -inf = 1
        testp.number.f32 : f32 -> pred : inf = 1, nan = 0
        testp.notanumber.f32 : f32 -> pred : inf = 0, nan = 1
        testp.normal.f32 : f32 -> pred : 1 = 1, 0x1 = 0, 0 = 0
        testp.subnormal.f32 : f32 -> pred : 1 = 0, 0x1 = 1, 0 = 0
        testp.infinite.f64 : f64 -> pred : 1.0 = 0, -inf = 1
        testp.number.f64 : f64 -> pred : inf = 1, nan = 0
        testp.notanumber.f64 : f64 -> pred : inf = 0, nan = 1
        testp.normal.f64 : f64 -> pred : 1.0 = 1, 0x1 = 0, 0.0 = 0
        testp.subnormal.f64 : f64 -> pred : 1.0 = 0, 0x1 = 1, 0.0 = 0
        testp.finite.f64 : f64 -> pred : 1.0 = 1, inf = 0
        and.pred : pred pred -> pred : 1 1 = 1, 1 0 = 0
        and.pred %y, %a, !%b : pred pred -> pred : 1 1 = 0, 1 0 = 1
        or.pred : pred pred -> pred : 0 0 = 0, 1 0 = 1
        xor.pred : pred pred -> pred : 1 1 = 0, 1 0 = 1
        not.pred : pred -> pred : 1 = 0, 0 = 1
        mov.pred : pred -> pred : 1 = 1, 0 = 0
        """);
  }

  @ParameterizedTest
  @MethodSource({"single", "twice", "half", "comparisons"})
  void givesWhatTheManualSays(Case it) {
    it.check();
  }
}
