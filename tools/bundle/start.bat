@@echo off
rem Finds a Python this bundle was made for; all else is in support\start.py.
setlocal
set PYTHONUTF8=1
rem The install manager of Python is not to look for a version on the internet.
set PYTHON_MANAGER_AUTOMATIC_INSTALL=false
set "IS_RIGHT=import sys; sys.exit(sys.version_info[:2] not in @tuples)"
pushd "%~dp0"
set "FOUND=%ALLOCATION_PYTHON%"
if defined FOUND goto start
set "VERSION="
for %%v in (@dotted) do (
    py -%%v -c "%IS_RIGHT%" >nul 2>nul
    if errorlevel 0 if not errorlevel 1 set "VERSION=%%v"
)
if defined VERSION goto launch
python -c "%IS_RIGHT%" >nul 2>nul
if errorlevel 0 if not errorlevel 1 set "FOUND=python"
if defined FOUND goto start
for %%v in (@joined) do for %%d in ("%LocalAppData%\Programs\Python" "%ProgramFiles%") do (
    if exist "%%~d\Python%%v\python.exe" set "FOUND=%%~d\Python%%v\python.exe"
)
if defined FOUND goto start
type support\no-python.txt
set CODE=1
goto end
:launch
py -%VERSION% support\start.py %*
set CODE=%ERRORLEVEL%
goto end
:start
"%FOUND%" support\start.py %*
set CODE=%ERRORLEVEL%
:end
popd
if not "%CODE%"=="0" pause
exit /b %CODE%
