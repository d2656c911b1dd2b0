@@echo off
rem Finds a Python this bundle was made for; all else is in support\start.py.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
pushd "%~dp0"
if defined ALLOCATION_PYTHON (
    "%ALLOCATION_PYTHON%" support\start.py %*
    goto end
)
for %%v in (@dotted) do (
    py -%%v -c "" >nul 2>nul && (
        py -%%v support\start.py %*
        goto end
    )
)
python -c "import sys; sys.exit(tuple(sys.version_info[:2]) not in @tuples)" >nul 2>nul && (
    python support\start.py %*
    goto end
)
type support\no-python.txt
:end
popd
pause
