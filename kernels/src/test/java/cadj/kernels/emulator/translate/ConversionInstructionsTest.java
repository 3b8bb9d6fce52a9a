package cadj.kernels.emulator.translate;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `cvt` between all pairs of types: directions of rounding, saturation, registers wider than the
/// type.
class ConversionInstructionsTest {
  static Stream<Case> integers() {
    return Case.table(
        """
        cvt.s32.s8 : s8 -> s32 : -5 = -5, 127 = 127
        cvt.u32.u8 : u8 -> u32 : 255 = 255
        cvt.s8.s32 : s32 -> s16 : 0x1ff = -1, 0x17f = 127
        cvt.u8.u32 : u32 -> u16 : 0x1ff = 255
        cvt.s16.s32 : s32 -> s16 : 0x18000 = -32768
        cvt.u16.u32 : u32 -> u16 : 0x18000 = 32768
        cvt.s32.s16 : s16 -> s32 : -5 = -5
        cvt.u32.u16 : u16 -> u32 : 65535 = 65535
        cvt.u32.s16 : s16 -> u32 : -1 = 4294967295
        cvt.s64.s32 : s32 -> s64 : -5 = -5
        cvt.u64.u32 : u32 -> u64 : 4294967295 = 4294967295
        cvt.u64.s32 : s32 -> u64 : -1 = -1
        cvt.s64.u32 : u32 -> s64 : 4294967295 = 4294967295
        cvt.u32.u64 : u64 -> u32 : 4294967297 = 1
        cvt.s32.s64 : s64 -> s32 : -4294967297 = -1
        cvt.s64.s16 : s16 -> s64 : -7 = -7
        cvt.u16.u64 : u64 -> u16 : 0x1ffff = 65535
        cvt.sat.s8.s32 : s32 -> s16 : 200 = 127, -200 = -128, 5 = 5
        cvt.sat.u8.s32 : s32 -> u16 : 300 = 255, -5 = 0
        cvt.sat.u8.u32 : u32 -> u16 : 4294967295 = 255
        cvt.sat.s16.s32 : s32 -> s16 : 40000 = 32767
        cvt.sat.u16.s32 : s32 -> u16 : -1 = 0, 70000 = 65535
        cvt.sat.s32.u32 : u32 -> s32 : 4294967295 = 2147483647
        cvt.sat.u32.s32 : s32 -> u32 : -1 = 0, 7 = 7
        cvt.sat.s32.s64 : s64 -> s32 : 4294967296 = 2147483647, -4294967296 = -2147483648
        cvt.sat.u32.s64 : s64 -> u32 : -1 = 0, 4294967296 = 4294967295
        cvt.sat.u64.s64 : s64 -> u64 : -1 = 0, 7 = 7
        cvt.sat.s64.u64 : u64 -> s64 : -1 = 9223372036854775807
        """);
  }

  static Stream<Case> toFloats() {
    return Case.table(
        """
        cvt.rn.f32.s32 : s32 -> f32 : -3 = -3, 16777217 = 16777216, 16777219 = 16777220
        cvt.rz.f32.s32 : s32 -> f32 : 16777219 = 16777218, -16777219 = -16777218
        cvt.rm.f32.s32 : s32 -> f32 : 16777219 = 16777218, -16777217 = -16777218
        cvt.rp.f32.s32 : s32 -> f32 : 16777217 = 16777218, -16777219 = -16777218
        cvt.rn.f32.u32 : u32 -> f32 : 4294967295 = 4294967296, 3000000000 = 3000000000
        cvt.rz.f32.u32 : u32 -> f32 : 4294967295 = 4294967040
        cvt.rn.f32.s64 : s64 -> f32 : -9223372036854775808 = -9223372036854775808, 16777217 = 16777216, 9007199791611905 = 0x5a000001
        cvt.rz.f32.s64 : s64 -> f32 : 9223372036854775807 = 0x5effffff
        cvt.rn.f32.u64 : u64 -> f32 : -1 = 18446744073709551616.0, 0x8000008000000001 = 0x5f000001
        cvt.rn.f32.u16 : u16 -> f32 : 65535 = 65535
        cvt.rn.f32.s16 : s16 -> f32 : -5 = -5
        cvt.rn.f32.u8 : u8 -> f32 : 200 = 200
        cvt.rn.f32.s8 : s8 -> f32 : -5 = -5
        cvt.rn.f64.s32 : s32 -> f64 : -3 = -3.0
        cvt.rn.f64.u32 : u32 -> f64 : 4294967295 = 4294967295.0
        cvt.rn.f64.s64 : s64 -> f64 : 9007199254740993 = 9007199254740992.0
        cvt.rp.f64.s64 : s64 -> f64 : 9007199254740993 = 9007199254740994.0
        cvt.rz.f64.s64 : s64 -> f64 : -9007199254740993 = -9007199254740992.0, 9223372036854775807 = 0x43dfffffffffffff
        cvt.rm.f64.s64 : s64 -> f64 : -9007199254740993 = -9007199254740994.0
        cvt.rn.f64.u64 : u64 -> f64 : -1 = 18446744073709551616.0
        cvt.rz.f64.u64 : u64 -> f64 : -1 = 0x43efffffffffffff
        cvt.rn.f16.s32 : s32 -> f16 : 2049 = 2048, 2051 = 2052, 70000 = inf
        cvt.rz.f16.s32 : s32 -> f16 : 2051 = 2050, 70000 = 65504
        cvt.rn.f16.u32 : u32 -> f16 : 4294967295 = inf, 7 = 7
        """);
  }

  static Stream<Case> toIntegers() {
    return Case.table(
        """
        cvt.rzi.s32.f32 : f32 -> s32 : 2.9 = 2, -2.9 = -2, nan = 0, inf = 2147483647, -1e20 = -2147483648
        cvt.rni.s32.f32 : f32 -> s32 : 2.5 = 2, 3.5 = 4, -2.5 = -2
        cvt.rmi.s32.f32 : f32 -> s32 : 2.9 = 2, -2.1 = -3
        cvt.rpi.s32.f32 : f32 -> s32 : 2.1 = 3, -2.9 = -2
        cvt.rzi.u32.f32 : f32 -> u32 : 3e9 = 3000000000, -1.0 = 0, 5e9 = 4294967295, nan = 0
        cvt.rni.u32.f32 : f32 -> u32 : 0.5 = 0, 1.5 = 2
        cvt.rzi.s16.f32 : f32 -> s16 : 40000.0 = 32767, -40000.0 = -32768, -5.5 = -5
        cvt.rzi.u16.f32 : f32 -> u16 : 70000.0 = 65535, -5.0 = 0
        cvt.rzi.s8.f32 : f32 -> s16 : 200.0 = 127, -200.0 = -128
        cvt.rzi.u8.f32 : f32 -> u16 : 300.0 = 255, -1.0 = 0
        cvt.rzi.s64.f32 : f32 -> s64 : -2.9 = -2, 1e30 = 9223372036854775807, nan = 0
        cvt.rzi.u64.f32 : f32 -> u64 : 1e19 = 0x8ac7230000000000, 1e30 = -1, -1.0 = 0
        cvt.rzi.s32.f64 : f64 -> s32 : -2.9 = -2, 1e30 = 2147483647
        cvt.rni.s32.f64 : f64 -> s32 : 2.5 = 2
        cvt.rzi.s64.f64 : f64 -> s64 : -1e18 = -1000000000000000000
        cvt.rzi.u64.f64 : f64 -> u64 : 1e19 = 0x8ac7230489e80000
        cvt.rzi.s32.f16 : f16 -> s32 : -2.5 = -2
        cvt.rni.u32.f16 : f16 -> u32 : 2.5 = 2
        """);
  }

  static Stream<Case> betweenFloats() {
    return Case.table(
        """
        cvt.f64.f32 : f32 -> f64 : 0.1 = 0x3fb99999a0000000, inf = inf, nan = nan
        cvt.rn.f32.f64 : f64 -> f32 : 0.1 = 0x3dcccccd, 1e300 = inf
        cvt.rz.f32.f64 : f64 -> f32 : 0.1 = 0x3dcccccc, 1e300 = 0x7f7fffff, 1e-300 = 0
        cvt.rp.f32.f64 : f64 -> f32 : 0.1 = 0x3dcccccd, 1e-300 = 0x1
        cvt.rm.f32.f64 : f64 -> f32 : 0.1 = 0x3dcccccc, -1e-300 = 0x80000001
        cvt.rni.f32.f32 : f32 -> f32 : 2.5 = 2, -0.25 = 0x80000000
        cvt.rzi.f32.f32 : f32 -> f32 : -2.9 = -2
        cvt.rmi.f32.f32 : f32 -> f32 : -2.1 = -3
        cvt.rpi.f32.f32 : f32 -> f32 : 2.1 = 3
        cvt.sat.f32.f32 : f32 -> f32 : 2.5 = 1, -1.0 = 0, nan = 0, 0.5 = 0.5
        cvt.rmi.f64.f64 : f64 -> f64 : -2.1 = -3.0
        cvt.f32.f16 : f16 -> f32 : 0x3555 = 0x3eaaa000, 0x0001 = 0x33800000, inf = inf, nan = nan
        cvt.f64.f16 : f16 -> f64 : 0x3555 = 0x3fd5540000000000
        cvt.rn.f16.f32 : f32 -> f16 : 0x3eaaaaab = 0x3555, 65520.0 = inf, 65519.0 = 65504, 0x33000000 = 0, 0x33000001 = 0x1, nan = nan
        cvt.rz.f16.f32 : f32 -> f16 : 0x3eaaffff = 0x3557, 65520.0 = 65504, 0x33000001 = 0
        cvt.rn.f16.f64 : f64 -> f16 : 1.00048828125 = 0x3c00, 1.0004882812500002 = 0x3c01
        cvt.f32.bf16 : bf16 -> f32 : 0x3f80 = 1, 0x0001 = 0x00010000
        cvt.rn.bf16.f32 : f32 -> bf16 : 0x3f808000 = 0x3f80, 0x3f818000 = 0x3f82, 0x3f808001 = 0x3f81, 0x7f7fffff = inf, nan = nan
        cvt.rz.bf16.f32 : f32 -> bf16 : 0x3f81ffff = 0x3f81
        cvt.rna.tf32.f32 : f32 -> b32 : 0x3f801000 = 0x3f802000, 0x3f800fff = 0x3f800000, 0xbf801000 = 0xbf802000
        cvt.rn.f16x2.f32 : f32 f32 -> b32 : 1 2 = 0x3c004000
        cvt.rn.bf16x2.f32 : f32 f32 -> b32 : 1 2 = 0x3f804000
        """);
  }

  @ParameterizedTest
  @MethodSource({"integers", "toFloats", "toIntegers", "betweenFloats"})
  void givesWhatTheManualSays(Case it) {
    it.check();
  }
}
