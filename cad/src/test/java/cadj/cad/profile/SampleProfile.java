package cadj.cad.profile;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.profiler.KernelResources;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A kernel that does a bit of everything, profiled.
final class SampleProfile {
  static final PtxSource SOURCE =
      PtxSource.of(
              "x<y.ptx",
              """
              .version 6.0
              .target sm_70
              .address_size 64
              .func (.reg .f32 %y) twice (.reg .f32 %x);
              .visible .entry k(.param .u64 in) .maxntid 64 {
                .reg .pred %p;
                .reg .b64 %at;
                .reg .f32 %a, %b, %c, %d;
                .reg .b32 %t, %s;
                .shared .f32 tile[128];
                ld.param.u64 %at, [in];
                mov.u32 %t, %tid.x;
                mad.wide.u32 %at, %t, 16, %at;
                ld.global.v4.f32 {%a, %b, %c, %d}, [%at]; // a & b < c
                fma.rn.f32 %a, %b, %c, %d;
                call (%a), twice, (%a);
                call (%b), twice, (%b);
                mad.lo.u32 %s, %t, 8, tile;
                st.shared.f32 [%s], %a;
                setp.lt.u32 %p, %t, 16;
                @%p bra end;
                st.global.f32 [%at], %a;
                bra end;
                trap;
              end:
                ret;
              }
              """)
          .with(
              PtxSource.of(
                  "lib.ptx",
                  """
                  .func (.reg .f32 %y) twice (.reg .f32 %x) { add.f32 %y, %x, %x;
                    ret; }
                  """));

  static final LaunchShape SHAPE = new LaunchShape(2, 1, 1, 64, 1, 1, 256);

  static final List<KernelResources> RESOURCES =
      List.of(
          new KernelResources("sm_80", "A100", 40, 256, 0, 0, 6, 48, 64, "registers"),
          new KernelResources("sm_120", "RTX 50", 255, 256, 16, 24, 1, 8, 48, "shared memory"));

  private SampleProfile() {}

  static KernelProfile of(LaunchShape... launches) {
    List<LaunchCounts> counts = new ArrayList<>();
    try (EmulatedDriver driver = new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.BOUNDS)) {
      driver.count(counts::add);
      long kernel = driver.function(driver.load(SOURCE), "k");
      long[] arguments = {driver.allocate(64 * 16)};
      for (LaunchShape shape : launches) {
        driver.launch(kernel, shape, MemorySegment.ofArray(arguments));
      }
    }
    return new KernelProfile(counts);
  }
}
