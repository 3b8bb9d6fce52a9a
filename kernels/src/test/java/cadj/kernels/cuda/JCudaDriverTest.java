package cadj.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.CaptureRefusedException;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.PtxSource;
import cadj.kernels.twins.TestGpu;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The real driver class and JCuda's natives, on a `libcuda.so.1` that insists on CUDA's rules and
/// does everything in the stream as late as it may.
@Tag("stubs")
final class JCudaDriverTest {
  private final JCudaDriver driver = open();
  private final Gpu gpu = new Gpu(driver);

  private static JCudaDriver open() {
    TestGpu.stubs();
    return new JCudaDriver();
  }

  @AfterEach
  void close() {
    gpu.close();
  }

  @Test
  void tellsWhatTheDeviceIs() {
    assertEquals("a stub", driver.name());
    assertEquals(80, driver.capability());
    assertEquals(16, driver.multiprocessors());
    assertEquals(99 << 10, driver.sharedBytesPerBlock());
    assertEquals("12.6", driver.cudaVersion());
  }

  /// 48 KiB are free, of which this device's kernels use one themselves; 99 KiB may be asked for.
  @Test
  void largeSharedMemoryIsAskedForWhereALaunchNeedsIt() {
    GpuF32 x = gpu.allocate(32);
    driver.fill(x.address(), 0, 32);
    GpuF32 y = gpu.allocate(32);
    for (int bytes : new int[] {0, 47 << 10, (47 << 10) + 16, 98 << 10, 60 << 10}) {
      gpu.launch(DriverTest.SCALE, "scale")
          .block(32)
          .shared(bytes)
          .out(y)
          .f32(1)
          .in(x)
          .i32(32)
          .run();
    }
    driver.synchronize();
    CudaException e =
        assertThrows(
            CudaException.class,
            () ->
                gpu.launch(DriverTest.SCALE, "scale")
                    .block(32)
                    .shared((98 << 10) + 16)
                    .out(y)
                    .f32(1)
                    .in(x)
                    .i32(32)
                    .run());
    assertEquals(
        "launch scale.ptx, scale with grid (1,1,1), block (32,1,1), 100368 bytes shared: allow so"
            + " much shared memory (a block has 101376 bytes at most): CUDA_ERROR_INVALID_VALUE,"
            + " invalid argument",
        e.getMessage());
  }

  @Test
  void runsOutOfMemoryInWords() {
    long left = TestGpu.stubs().memoryLeft();
    DeviceOutOfMemoryException e =
        assertThrows(DeviceOutOfMemoryException.class, () -> driver.allocate(left + 1));
    assertEquals(
        "allocate %d bytes on a stub: CUDA_ERROR_OUT_OF_MEMORY, out of memory (%d of %d bytes are free)"
            .formatted(left + 1, left, left),
        e.getMessage());
    assertEquals(left, TestGpu.stubs().memoryLeft());
    driver.free(driver.allocate(left / 2)); // goes on
  }

  /// What the pool keeps idle is given back before it gives up.
  @Test
  void memoryIdleInThePoolDoesNotMakeTheDeviceFull() {
    int most = (int) (TestGpu.stubs().memoryLeft() / Float.BYTES);
    gpu.free(gpu.allocate(most / 2 + 1));
    gpu.free(gpu.allocate(most / 4 * 3));
  }

  /// Nothing else makes the collector run: to the host, the memory is a few small objects.
  @Test
  void memoryThatNobodyReachesDoesNotMakeTheDeviceFull() {
    int most = (int) (TestGpu.stubs().memoryLeft() / Float.BYTES);
    gpu.freeOnceUnreachable(gpu.allocate(most / 2 + 1));
    gpu.free(gpu.allocate(most / 4 * 3));
    GpuF32 reached = gpu.allocate(most / 2 + 1);
    gpu.freeOnceUnreachable(reached);
    assertThrows(DeviceOutOfMemoryException.class, () -> gpu.allocate(most / 4 * 3));
    assertEquals(most / 2 + 1, reached.length());
  }

  @Test
  void wrongPtxIsToldByFileAndLine() {
    PtxSource wrong =
        PtxSource.of(
            "wrong.ptx", DriverTest.SCALE.text().replace("ld.param.u32 %n", "ld.param.u32 %m"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> driver.load(wrong));
    assertTrue(
        e.getMessage()
            .startsWith(
                "wrong.ptx does not compile for sm_80: CUDA_ERROR_INVALID_PTX, a PTX JIT"
                    + " compilation failed"),
        e.getMessage());
    assertTrue(e.getMessage().contains("wrong.ptx:15"), e.getMessage());
  }

  @Test
  void aKernelThatIsNotThereIsNamed() {
    long module = driver.load(DriverTest.SCALE);
    CudaException e = assertThrows(CudaException.class, () -> driver.function(module, "scales"));
    assertEquals(
        "find kernel scales in scale.ptx: CUDA_ERROR_NOT_FOUND, named symbol not found",
        e.getMessage());
  }

  @Test
  void aLaunchRefusedIsNamed() {
    long function = driver.function(driver.load(DriverTest.SCALE), "scale");
    TestGpu.stubs().refuse("cuLaunchKernel", 701);
    LaunchShape shape = new LaunchShape(3, 2, 1, 32, 1, 1, 0);
    CudaException e =
        assertThrows(
            CudaException.class,
            () -> driver.launch(function, shape, MemorySegment.ofArray(new long[4])));
    assertEquals(
        "launch scale.ptx, scale with grid (3,2,1), block (32,1,1), 0 bytes shared:"
            + " CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, too many resources requested for launch",
        e.getMessage());
  }

  /// The kernel reads what is not there; CUDA tells a later call, and every one after it.
  @Test
  void aLaunchThatFailsLaterIsNamed() {
    GpuF32 y = gpu.allocate(32);
    gpu.launch(DriverTest.SCALE, "scale").block(32).out(y).f32(1).address(64).i32(32).run();
    String failed =
        ": an earlier launch has failed, the last was scale.ptx, scale with grid (1,1,1), block"
            + " (32,1,1), 0 bytes shared (CUDA_LAUNCH_BLOCKING=1 finds out which):"
            + " CUDA_ERROR_ILLEGAL_ADDRESS, an illegal memory access was encountered";
    assertEquals(
        "wait for the device" + failed,
        assertThrows(CudaException.class, driver::synchronize).getMessage());
    assertEquals(
        "allocate 512 bytes on a stub" + failed,
        assertThrows(CudaException.class, () -> driver.allocate(512)).getMessage());
  }

  /// Whatever CUDA says against it, there is just no graph.
  @Test
  void aGraphRefusedIsNoFailure() {
    GpuF32 x = gpu.allocate(1);
    x.set(0, 3);
    for (String call :
        new String[] {
          "cuStreamBeginCapture_v2", "cuStreamEndCapture", "cuGraphInstantiateWithFlags"
        }) {
      TestGpu.stubs().refuse(call, 801);
      CaptureRefusedException e =
          assertThrows(
              CaptureRefusedException.class, () -> gpu.capture(() -> gpu.fill(x, 0)).close());
      assertTrue(e.getMessage().contains("CUDA_ERROR_NOT_SUPPORTED"), e.getMessage());
      endCaptureLeftOver(call);
    }
    assertEquals(3, x.get(0));
  }

  /// A stub that refuses to end a capture has not ended it.
  private void endCaptureLeftOver(String call) {
    if (call.equals("cuStreamEndCapture")) {
      driver.destroy(driver.endCapture());
    }
  }

  @Test
  void aLaunchThatALostRecordingRefusesIsNoFailure() {
    GpuF32 x = gpu.allocate(32);
    driver.fill(x.address(), 0, 32);
    Runnable launch =
        () -> gpu.launch(DriverTest.SCALE, "scale").block(32).out(x).f32(1).in(x).i32(32).run();
    launch.run();
    TestGpu.stubs().refuse("cuLaunchKernel", 901);
    assertEquals(
        "launch scale.ptx, scale with grid (1,1,1), block (32,1,1), 0 bytes shared:"
            + " CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, operation failed due to a previous error"
            + " during capture",
        assertThrows(CaptureRefusedException.class, () -> gpu.capture(launch)).getMessage());
    driver.synchronize();
  }

  /// Own kernels could do no better.
  @Test
  void librariesAreNotReplacedAfterALaunchThatFails() {
    CuBlas blas = TestGpu.stubs().blas(driver);
    GpuF32 y = gpu.allocate(32);
    TestGpu.stubs().refuse("cublasGemmStridedBatchedEx", 13);
    gpu.launch(DriverTest.SCALE, "scale").block(32).out(y).f32(1).address(64).i32(32).run();
    CudaException e =
        assertThrows(
            CudaException.class,
            () ->
                blas.gemm(
                    GemmShape.of(false, false, 1, 1, 1),
                    y,
                    y,
                    y,
                    null,
                    null,
                    MatmulPrecision.HIGHEST));
    assertTrue(
        e.getMessage().startsWith("wait for the device: an earlier launch has failed"),
        e.getMessage());
    blas.close();
  }

  @Test
  void measuresTime() {
    long from = driver.mark();
    driver.fill(gpu.allocate(1000).address(), 0, 1000);
    long to = driver.mark();
    double time = driver.milliseconds(from, to);
    assertTrue(time >= 0 && time < 10_000, () -> "" + time);
    driver.forget(from);
    driver.forget(to);
    assertEquals(
        "no such mark, or forgotten: " + to,
        assertThrows(IllegalArgumentException.class, () -> driver.forget(to)).getMessage());
  }

  @Test
  void closingGivesBackWhatWasTaken() {
    GpuF32 kept = gpu.allocate(1000);
    gpu.free(gpu.allocate(1000));
    driver.mark();
    driver.fill(kept.address(), 0, 1000);
    long before = TestGpu.stubs().memoryLeft();
    gpu.close();
    assertTrue(TestGpu.stubs().memoryLeft() > before);
    gpu.close();
    JCudaDriver next = new JCudaDriver();
    next.close();
  }
}
